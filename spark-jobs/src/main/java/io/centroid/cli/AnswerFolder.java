package io.centroid.cli;

import io.centroid.InputException;
import io.centroid.data.HadoopFiles;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;

/** A new folder of part files with a JSON object a line. Appears whole or not at all. */
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

  /** Computes the lines into a hidden folder beside it, which is then renamed. */
  void write(JavaRDD<String> lines) throws IOException {
    Path unfinished = new Path(path.getParent(), "." + path.getName() + "." + UUID.randomUUID());
    try {
      lines.saveAsTextFile(unfinished.toString());
      FileContext.getFileContext(path.toUri(), files.configuration()).rename(unfinished, path);
    } finally {
      files.fileSystem(unfinished).delete(unfinished, true);
    }
  }
}
