package io.centroid.generate.decoder;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.kernels.FloatVector;
import java.io.Serializable;
import java.util.Map;

/** How an engine decodes: the format of the weights, and where it computes. */
public interface Decoding extends Serializable {

  /**
   * Checks whether it is possible in this JVM, before a model is opened.
   *
   * @throws io.centroid.error.InputException if it is not
   */
  void require();

  /**
   * Prepares a model's weights.
   *
   * @param tensors tensors by their names in {@link io.centroid.nn.gpt2.Gpt2Layout}; a vector that
   *     is not needed any more is closed
   */
  Decoders decoders(Gpt2Config config, Map<String, FloatVector> tensors);
}
