package io.centroid.serve.engine;

import io.centroid.serve.protocol.Tensor;
import java.util.List;

/** A request's part in a batch. */
public interface InferenceJob {
  /** Of the model's types and shapes, in its order. */
  List<Tensor> inputs();

  /** Asked once, before it is run: whether nobody waits any more. Then nothing else is called. */
  boolean abandoned();

  /** The outputs of this request's rows; called once, or {@link #fail} is. */
  void succeed(List<Tensor> outputs);

  void fail(Throwable failure);
}
