package io.centroid.export;

import io.centroid.encryption.CheckpointCipher;
import io.centroid.encryption.Encryption;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.FileCipher;
import io.centroid.encryption.KeyRotation;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.TemporaryFolder;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.Storage;
import io.centroid.io.storage.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** The encryption of an export's files; an export has a data key of its own and no step. */
public final class EncryptedExport {
  private static final long NO_STEP = 0;

  private EncryptedExport() {}

  /**
   * Writes an export, whose plain files are only in a temporary folder that no other user can read.
   *
   * @return the description with the encryption, and length and hash of the encrypted files
   * @throws InputException if no key is named
   */
  static ExportDescription write(
      HadoopFiles files, AtomicDirectory.Draft target, ModelExporter.Plain content)
      throws IOException {
    CheckpointCipher cipher = key(files).newCipher(Encryption.newRunId(), NO_STEP);
    try (TemporaryFolder temporary = TemporaryFolder.create("export")) {
      Path folder = new Path(temporary.path().toUri());
      Storage local = Storage.of(files, folder);
      ExportDescription plain =
          content.writeTo(new AtomicDirectory.Draft(local, folder, new TreeMap<>()));
      Map<String, StoredFile> encrypted = new TreeMap<>();
      for (String name : plain.files().keySet()) {
        try (InputStream in = local.stream(HadoopPath.child(folder, name))) {
          encrypted.put(name, target.write(name, cipher.files().encrypting(name, in::transferTo)));
        }
      }
      return plain.with(encrypted, cipher.encryption());
    }
  }

  /**
   * The key of a new export.
   *
   * @throws InputException if none is named, or if it cannot be read
   */
  static EncryptionKey key(HadoopFiles files) {
    return EncryptionKey.configured(files.configuration())
        .orElseThrow(
            () ->
                new InputException(
                    "--encrypt needs a key: name it with --key, or set " + EncryptionKey.VARIABLE));
  }

  /**
   * Wraps the data key of an export by another key, as {@link KeyRotation}.
   *
   * @param json content of its description
   */
  public static KeyRotation.Result rewrap(
      HadoopFiles files, Path folder, byte[] json, EncryptionKey to, KeyRotation.Recorder recorder)
      throws IOException {
    Path file = new Path(folder, ExportDescription.FILE);
    ExportDescription export = ExportDescription.parse(file.toString(), json);
    return KeyRotation.run(
        Storage.of(files, folder), file, json, export.encryption(), NO_STEP, to, recorder);
  }

  /**
   * The plain content of a file.
   *
   * @throws InputException if it is not authentic, or if the key is missing or another one
   */
  public static byte[] content(
      HadoopFiles files, Path folder, ExportDescription export, String name) {
    Path file = HadoopPath.child(folder, name);
    byte[] stored = files.read(file, Integer.MAX_VALUE - 8);
    try {
      return cipher(files, folder, export.encryption()).decrypt(file.toString(), name, stored);
    } catch (IOException e) {
      throw HadoopFiles.failure(file, e);
    }
  }

  private static FileCipher cipher(
      HadoopFiles files, Path folder, @Nullable Encryption encryption) {
    return encryption == null
        ? FileCipher.NONE
        : encryption.cipher(
            NO_STEP, new Path(folder, ExportDescription.FILE).toString(), files.configuration());
  }
}
