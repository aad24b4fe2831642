package io.centroid.serve.engine;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.export.ExportDescription;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Sha256;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** A model source that follows the folder of an export. */
public final class FolderSource implements ModelSource {
  private static final int MAX_RECORD_BYTES = 16 << 20;
  private static final int VERSION_DIGITS = 12;

  private final HadoopFiles files;
  private final String name;
  private final Path folder;

  public FolderSource(HadoopFiles files, String name, String folder) {
    this.files = files;
    this.name = name;
    this.folder = files.path(folder);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<Candidate> poll(String served) {
    Path record = new Path(folder, ExportDescription.FILE);
    FileStatus status = files.status(record);
    // Cheap while the file does not change: compares time and length first.
    String stamp = status.getModificationTime() + "-" + status.getLen() + "-";
    if (!served.isEmpty() && served.startsWith(stamp)) {
      return Optional.empty();
    }
    // The record has the hashes of all files, so its hash identifies the export.
    String sha256 = sha256(record);
    if (!served.isEmpty() && served.endsWith("-" + sha256)) {
      return Optional.empty();
    }
    return Optional.of(
        new Candidate(sha256.substring(0, VERSION_DIGITS), stamp + sha256, folder.toString()));
  }

  private String sha256(Path record) {
    return Sha256.of(files.read(record, MAX_RECORD_BYTES));
  }

  /** Requires a model name that is valid in a URL. */
  public static String requireName(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new InputException(
          "a model name must have at most 100 letters, digits, dots, dashes and underscores: "
              + InputErrors.quote(name));
    }
    return name;
  }
}
