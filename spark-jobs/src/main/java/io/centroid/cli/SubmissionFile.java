package io.centroid.cli;

import io.centroid.cli.report.PredictionColumns;
import io.centroid.error.InputException;
import io.centroid.evaluate.Predictions;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.Path;

/**
 * A CSV file of predictions in the order of the examples, numbered from 1. Published atomically.
 */
record SubmissionFile(HadoopFiles files, Path path) {

  /** Writes the file, replaces an existing one, and returns the qualified path. */
  Path write(Predictions predictions, PredictionColumns columns) throws IOException {
    Storage storage = Storage.of(files, path);
    Path target = storage.qualified(path);
    if (storage.exists(target) && storage.status(target).isDirectory()) {
      throw new InputException("--out " + target + " is a folder, expected a file");
    }
    AtomicFile.ofManyWriters(storage, target)
        .write(
            out -> {
              Writer writer =
                  new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
              writeRows(writer, predictions, columns);
              writer.flush();
            });
    return target;
  }

  private static void writeRows(Writer writer, Predictions predictions, PredictionColumns columns)
      throws IOException {
    writer.write(columns.header() + "\n");
    for (int i = 0; i < predictions.values().length; i++) {
      writer.write((i + 1) + "," + columns.format(predictions.values()[i]) + "\n");
    }
  }
}
