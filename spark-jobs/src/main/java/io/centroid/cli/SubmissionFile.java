package io.centroid.cli;

import io.centroid.cli.report.PredictionColumns;
import io.centroid.evaluate.Predictions;
import java.io.IOException;
import java.io.Writer;

/** A CSV file of predictions in the order of the examples, numbered from 1. */
record SubmissionFile(Predictions predictions, PredictionColumns columns) {

  /** Writes the whole file; neither flushes nor closes the writer. */
  void writeTo(Writer writer) throws IOException {
    writer.write(columns.header() + "\n");
    for (int i = 0; i < predictions.values().length; i++) {
      writer.write((i + 1) + "," + columns.format(predictions.values()[i]) + "\n");
    }
  }
}
