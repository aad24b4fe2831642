package io.centroid.security;

import io.centroid.error.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A reader of secret files, which only their owner, or at most the group, may read. */
final class SecretFile {
  private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);
  private static final int LONGEST = 64 << 10;

  private static final Set<PosixFilePermission> REFUSED =
      EnumSet.of(
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.GROUP_WRITE);

  private SecretFile() {}

  /** Reads the single line of a file, without its line end, or a PEM document (RFC 7468). */
  static String read(String key, Path file) {
    requirePrivate(key, file);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new InputException(
            key + ": " + file + " is not a secret: it has more than " + LONGEST + " bytes");
      }
      // Not io.Utf8, since io depends on this package.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      String line = text.replaceFirst("\\r?\\n\\z", "");
      boolean pem = line.startsWith("-----BEGIN ");
      if (line.chars().anyMatch(c -> Character.isISOControl(c) && !(pem && isLineEnd(c)))) {
        throw new InputException(
            key + ": " + file + " must contain one line, the secret; it contains more");
      }
      return line;
    } catch (CharacterCodingException e) {
      // The cause has no useful message.
      throw new InputException(key + ": " + file + " is not UTF-8 text");
    } catch (IOException e) {
      throw new InputException(key + ": " + file + " cannot be read", e);
    }
  }

  private static boolean isLineEnd(int character) {
    return character == '\n' || character == '\r';
  }

  /** Rejects a file of another user than this process's and root, who could replace the secret. */
  private static void requireOwner(String key, Path file) throws IOException {
    Path process = Path.of("/proc/self");
    if (!Files.exists(process)) {
      return; // Not Linux.
    }
    Object owner = Files.getAttribute(file, "unix:uid");
    Object user = Files.getAttribute(process, "unix:uid");
    if (!owner.equals(0) && !owner.equals(user)) {
      throw new InputException(
          key + ": " + file + " belongs to the user " + owner + ", expected " + user + " or root");
    }
  }

  /** Rejects a file that others can read or modify; logs a warning if the group can read it. */
  static void requirePrivate(String key, Path file) {
    Set<PosixFilePermission> permissions;
    try {
      if (Files.isDirectory(file)) {
        throw new InputException(key + ": " + file + " is a folder, expected a file");
      }
      permissions = Files.getPosixFilePermissions(file);
      requireOwner(key, file);
    } catch (NoSuchFileException e) {
      throw new InputException(key + ": " + file + ": no such file", e);
    } catch (UnsupportedOperationException e) {
      throw new InputException(
          key + ": cannot check who can read " + file + " on this file system", e);
    } catch (IOException e) {
      throw new InputException(key + ": " + file + " cannot be inspected: " + e.getMessage(), e);
    }
    if (permissions.stream().anyMatch(REFUSED::contains)) {
      throw new InputException(
          key
              + ": "
              + file
              + " is accessible to others ("
              + PosixFilePermissions.toString(permissions)
              + "): chmod 600 it, and change the secret if it matters");
    }
    if (permissions.contains(PosixFilePermission.GROUP_READ)) {
      LOG.warn("{}: the group can read {}", key, file);
    }
  }
}
