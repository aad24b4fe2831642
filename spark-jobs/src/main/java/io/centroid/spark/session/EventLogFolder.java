package io.centroid.spark.session;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import java.io.File;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;

/**
 * The folder of Spark's event log, which Spark does not create.
 *
 * @param setting value of {@code spark.eventLog.dir}
 */
public record EventLogFolder(String setting, Path path) {
  private static final String KEY = "spark.eventLog.dir";

  /**
   * The folder by Spark's properties; empty if there is no event log.
   *
   * @param property value of a property, empty if it is not set
   */
  public static Optional<EventLogFolder> of(Function<String, Optional<String>> property) {
    if (!property.apply("spark.eventLog.enabled").map(Boolean::parseBoolean).orElse(false)) {
      return Optional.empty();
    }
    String setting = property.apply(KEY).orElse("/tmp/spark-events");
    // To Spark a path without a scheme is a local one, which may be relative.
    Path given = HadoopPath.parse(setting);
    return Optional.of(
        new EventLogFolder(
            setting,
            given.toUri().getScheme() == null
                ? new Path(new File(given.toUri().getPath()).toURI())
                : given));
  }

  /**
   * Checks that it exists.
   *
   * @throws InputException if it is missing or, with the setting, if it is not a folder
   * @throws java.io.UncheckedIOException if its file system cannot be read
   */
  public void require(HadoopFiles files) {
    boolean isFolder;
    try {
      isFolder = files.status(path).isDirectory();
    } catch (InputException e) {
      throw new InputException(
          KEY + ": " + e.getMessage() + "; create the folder, Spark does not", e);
    }
    if (!isFolder) {
      throw new InputException(KEY + " = " + setting + " is not a folder").about(KEY + "=DIR");
    }
  }
}
