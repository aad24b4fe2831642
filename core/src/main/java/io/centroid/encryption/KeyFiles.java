package io.centroid.encryption;

import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;

/** Creates key files, which only their owner can read. */
public final class KeyFiles {
  private KeyFiles() {}

  /**
   * Creates the file of a random 256-bit encryption key.
   *
   * @throws InputException if the file exists or cannot be created
   */
  public static void newEncryptionKey(Path file) throws IOException {
    String key = Base64.getEncoder().encodeToString(DataKey.random().bytes());
    create(file, key + "\n", "rw-------");
  }

  /**
   * Creates the files of a random Ed25519 key pair.
   *
   * @param file private key in PKCS#8
   * @param publicFile public key in X.509
   * @throws InputException if one of the files exists or cannot be created
   */
  public static void newSigningKey(Path file, Path publicFile) throws IOException {
    KeyPair pair;
    try {
      pair = KeyPairGenerator.getInstance(ManifestSigner.ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    create(publicFile, Pem.of(pair.getPublic()), "rw-r--r--");
    try {
      create(file, Pem.of(pair.getPrivate()), "rw-------");
    } catch (IOException | RuntimeException e) {
      Files.delete(publicFile);
      throw e;
    }
  }

  private static void create(Path file, String content, String permissions) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
    } catch (FileAlreadyExistsException e) {
      throw new InputException(file + " exists: a key is never overwritten", e);
    } catch (NoSuchFileException e) {
      throw new InputException(file + " cannot be created: its folder does not exist", e);
    } catch (AccessDeniedException e) {
      throw new InputException(file + " cannot be created: permission denied", e);
    } catch (FileSystemException e) {
      throw new InputException(file + " cannot be created: " + e.getReason(), e);
    }
    try {
      Files.writeString(file, content, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
    } catch (IOException e) {
      Files.delete(file);
      throw e;
    }
  }
}
