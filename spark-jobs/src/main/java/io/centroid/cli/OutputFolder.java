package io.centroid.cli;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.Storage;
import io.centroid.spark.generate.PromptsJob;
import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** A new folder of part files in JSON Lines format, published atomically. */
record OutputFolder(HadoopFiles files, Path path) {

  /**
   * Checks that the folder does not exist yet.
   *
   * @throws InputException if the path already exists
   */
  static OutputFolder in(HadoopFiles files, String place) throws IOException {
    Path given = files.path(place);
    FileSystem fileSystem = files.fileSystem(given);
    if (fileSystem.exists(given)) {
      throw new InputException("--out " + given + " already exists, expected a new folder");
    }
    return new OutputFolder(files, fileSystem.makeQualified(given));
  }

  /** Runs the job over the lines of a file and publishes its output. */
  void write(PromptsJob job, JavaSparkContext spark, String prompts) throws IOException {
    new AtomicDirectory(Storage.of(files, path), path, "_SUCCESS")
        .write(false, draft -> job.save(spark, prompts, draft.folder().toString()));
  }
}
