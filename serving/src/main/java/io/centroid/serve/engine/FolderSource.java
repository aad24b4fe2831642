package io.centroid.serve.engine;

import io.centroid.InputErrors;
import io.centroid.InputException;
import io.centroid.export.ExportDescription;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Sha256;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** An export's folder, which another export may take the place of. */
public final class FolderSource implements ModelSource {
  private static final int LARGEST_RECORD = 16 << 20;
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
  public Optional<Candidate> look(String served) {
    Path record = new Path(folder, ExportDescription.FILE);
    FileStatus status = files.status(record);
    // Cheap while nothing changes: a file written anew has another time.
    String stamp = status.getModificationTime() + "-" + status.getLen() + "-";
    if (!served.isEmpty() && served.startsWith(stamp)) {
      return Optional.empty();
    }
    // The record holds the hashes of all files, so its own names the whole export.
    String sha256 = sha256(record);
    if (!served.isEmpty() && served.endsWith("-" + sha256)) {
      return Optional.empty();
    }
    return Optional.of(
        new Candidate(sha256.substring(0, VERSION_DIGITS), stamp + sha256, folder.toString()));
  }

  private String sha256(Path record) {
    return Sha256.of(files.read(record, LARGEST_RECORD));
  }

  /** A name as it may stand in a URL; refused otherwise. */
  public static String requireName(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new InputException(
          "a model's name has up to 100 letters, digits, dots, dashes and underscores: "
              + InputErrors.quote(name));
    }
    return name;
  }
}
