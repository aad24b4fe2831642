package io.centroid.registry;

import io.centroid.error.InputErrors;
import io.centroid.io.HadoopPath;
import io.centroid.io.Sha256;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;

/**
 * Which version a key stands for: a file {@code keys/HASH-N} with a version's number, created once.
 * N is 0, or the version that the key stood for before, which retention removed.
 */
record KeyLog(Storage storage, VersionFolder versions) {
  private static final String FOLDER = "keys";
  private static final int MAX_BYTES = 16;

  /** The version that the key stands for: this one, unless another one was first. */
  int decide(String key, int number) throws IOException {
    String hash = Sha256.of(key);
    byte[] own = Names.version(number).getBytes(StandardCharsets.US_ASCII);
    int before = 0;
    while (true) {
      Path file =
          HadoopPath.child(
              HadoopPath.child(versions.folder().getParent(), FOLDER),
              hash + "-" + Names.version(before));
      if (AtomicFile.putIfAbsent(storage, file, own)) {
        return number;
      }
      int found = number(file);
      if (found == number || versions.exists(found)) {
        return found;
      }
      if (found <= before) {
        throw InputErrors.of(
            file.toString(), "version", "a number above " + before, String.valueOf(found));
      }
      before = found;
    }
  }

  private int number(Path file) throws IOException {
    String text = new String(storage.read(file, MAX_BYTES), StandardCharsets.US_ASCII);
    OptionalInt number = Names.parseVersion(text);
    if (number.isEmpty()) {
      throw InputErrors.of(
          file.toString(), "version", "a version's number", InputErrors.quote(text));
    }
    return number.getAsInt();
  }
}
