package io.centroid.serve.engine;

import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.Tensor;
import java.util.List;
import java.util.Optional;

/** A loaded model. Thread-safe; closed once, after the last run. */
public interface ServedModel extends AutoCloseable {
  ModelDescription description();

  /** Whether requests can be batched along the first dimension. */
  boolean batches();

  /**
   * Runs the model on inputs with the order and shapes of the description.
   *
   * @return outputs in the description's order
   */
  List<Tensor> run(List<Tensor> inputs);

  /** The text generation of a language model; empty for other models. */
  default Optional<TextModel> text() {
    return Optional.empty();
  }

  @Override
  void close();
}
