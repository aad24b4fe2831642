package io.centroid.serve.engine;

import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.Tensor;
import java.util.List;
import java.util.Optional;

/** A loaded model. For any number of threads; closed once, after the last run. */
public interface ServedModel extends AutoCloseable {
  ModelDescription description();

  /** Whether rows of several requests may go through in one run, along the first dimension. */
  boolean batches();

  /**
   * Runs tensors in the order and of the shapes that the description states.
   *
   * @return outputs in the description's order
   */
  List<Tensor> run(List<Tensor> inputs);

  /** What goes on with texts, if this is a language model. */
  default Optional<TextModel> text() {
    return Optional.empty();
  }

  @Override
  void close();
}
