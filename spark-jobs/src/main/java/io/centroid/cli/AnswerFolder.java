package io.centroid.cli;

import io.centroid.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.Storage;
import io.centroid.spark.generate.PromptsJob;
import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** A new folder of part files with a JSON object a line. Published atomically. */
record AnswerFolder(HadoopFiles files, Path path) {

  /**
   * Looks at the place.
   *
   * @throws InputException if something is there
   */
  static AnswerFolder in(HadoopFiles files, String place) throws IOException {
    Path given = files.path(place);
    FileSystem fileSystem = files.fileSystem(given);
    if (fileSystem.exists(given)) {
      throw new InputException("--out " + given + " is there already, expected a new folder");
    }
    return new AnswerFolder(files, fileSystem.makeQualified(given));
  }

  /** Computes the answers to a file's lines and publishes them. */
  void write(PromptsJob job, JavaSparkContext spark, String prompts) throws IOException {
    new AtomicDirectory(Storage.of(files, path), path, "_SUCCESS")
        .write(false, draft -> job.save(spark, prompts, draft.folder().toString()));
  }
}
