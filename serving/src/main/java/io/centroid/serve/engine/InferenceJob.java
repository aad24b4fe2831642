package io.centroid.serve.engine;

import io.centroid.serve.protocol.Tensor;
import java.util.List;

/** A request in a batch. */
public interface InferenceJob {
  /** The inputs with the model's types and shapes, in its order. */
  List<Tensor> inputs();

  /**
   * Whether the client no longer waits; called once before the run. If true, nothing else is
   * called.
   */
  boolean abandoned();

  /** Delivers the outputs of this request's rows; called once, unless {@link #fail} is. */
  void succeed(List<Tensor> outputs);

  void fail(Throwable failure);
}
