package io.centroid.generate.decoder;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.matrix.WeightFormat;
import java.util.Map;

/**
 * Decoding by the engine cpu.
 *
 * @param threads number of threads that share each token's work
 */
public record CpuDecoding(WeightFormat format, int threads) implements Decoding {

  @Override
  public void require() {
    DecoderWeights.requirePossible(format, threads);
  }

  @Override
  public Decoders decoders(Gpt2Config config, Map<String, FloatVector> tensors) {
    return new DecoderWeights(config, Gpt2Weights.of(config, tensors), format, threads);
  }
}
