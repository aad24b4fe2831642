package io.centroid.retrain;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** Exports a model to a format that servers load, and verifies the export. */
public interface Exporter {

  /**
   * Exports and verifies.
   *
   * @param format export format such as {@code onnx}
   * @param checkpoint checkpoint of the model
   * @param data {@code key=value} configuration of the examples to verify on
   * @param folder folder to write; it is published atomically and replaces the leftovers of an
   *     interrupted attempt
   */
  void export(String format, Path checkpoint, List<String> data, Path folder) throws IOException;
}
