package io.centroid.retrain;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** Writes a model in the form that a server loads, and compares it with the model's own outputs. */
public interface Exporter {

  /**
   * Exports and verifies.
   *
   * @param form such as {@code onnx}
   * @param checkpoint the model
   * @param data {@code key=value} configuration of real examples to compare on
   * @param folder to write; it appears whole or not at all, and replaces what an attempt that died
   *     left there
   */
  void export(String form, Path checkpoint, List<String> data, Path folder) throws IOException;
}
