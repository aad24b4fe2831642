package io.centroid.serve.engine;

import io.centroid.JsonFields;
import io.centroid.Rejection;
import io.centroid.Sha256;
import io.centroid.data.HadoopFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * What an export's record says: which files it is made of.
 *
 * @param sha256 of the record itself, which holds those of all files
 */
record ExportFolder(Path path, String sha256, JsonFields record, Map<String, StoredFile> files) {
  static final String RECORD = "export.json";
  private static final int LARGEST_RECORD = 8 << 20;
  private static final int VERSION_DIGITS = 12;

  /** Length in bytes and SHA-256 of a file. */
  record StoredFile(long bytes, String sha256) {}

  static ExportFolder read(HadoopFiles files, Path folder) {
    Path place = new Path(folder, RECORD);
    byte[] content;
    try (InputStream in = files.open(place)) {
      content = in.readNBytes(LARGEST_RECORD + 1);
    } catch (IOException e) {
      throw HadoopFiles.failure(place, e);
    }
    if (content.length > LARGEST_RECORD) {
      throw Rejection.of(place.toString(), "is larger than " + LARGEST_RECORD + " bytes");
    }
    JsonFields record = JsonFields.parse(place.toString(), content);
    Map<String, StoredFile> stored =
        new LinkedHashMap<>(
            record.map(
                "files",
                (entries, name) -> {
                  JsonFields file = entries.fields(name);
                  return new StoredFile(file.integer("bytes"), file.text("sha256"));
                }));
    return new ExportFolder(folder, Sha256.of(content), record, stored);
  }

  /** A name for the version where nothing numbers it. */
  String version() {
    return sha256.substring(0, VERSION_DIGITS);
  }

  /** Reads every file and compares it with what the record says. */
  void verify(HadoopFiles hadoop) {
    for (Map.Entry<String, StoredFile> entry : files.entrySet()) {
      Path file = new Path(path, entry.getKey());
      MessageDigest digest = Sha256.digest();
      long bytes;
      try (InputStream in = new DigestInputStream(hadoop.open(file), digest)) {
        bytes = in.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        throw HadoopFiles.failure(file, e);
      }
      StoredFile expected = entry.getValue();
      StoredFile found = new StoredFile(bytes, Sha256.hex(digest));
      if (!found.equals(expected)) {
        throw Rejection.of(
            file.toString(), "is damaged", expected.toString(), found.toString());
      }
    }
  }
}
