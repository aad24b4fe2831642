package io.centroid.run.data;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.decoding.TextFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;

/** Finds the training or test file in a folder. */
final class PartFile {
  private PartFile() {}

  /**
   * The configured file, or the file with the part's name and the extension of a format.
   *
   * @param part train or test
   * @param named configured name; may be empty
   * @throws InputException if there are several
   */
  static Optional<String> in(
      HadoopFiles files, String folder, String part, String named, TextFormat... formats) {
    if (!named.isEmpty()) {
      return Optional.of(HadoopPath.child(folder, named));
    }
    List<String> found =
        files.list(files.path(folder)).stream()
            .filter(FileStatus::isFile)
            .map(status -> status.getPath().getName())
            .filter(name -> Arrays.stream(formats).anyMatch(format -> format.isOf(name, part)))
            .toList();
    if (found.size() > 1) {
      throw new InputException(
          folder + ": expected one of " + found + " (data." + part + "-file names it)");
    }
    return found.stream().findFirst().map(name -> HadoopPath.child(folder, name));
  }
}
