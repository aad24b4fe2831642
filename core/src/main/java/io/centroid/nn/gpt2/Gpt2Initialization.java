package io.centroid.nn.gpt2;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.random.NormalQuantile;
import io.centroid.random.Seed;
import java.util.Arrays;

/**
 * GPT-2's parameter initialization: weights are normal with standard deviation 0.02, divided by the
 * square root of the number of residual branches for each branch's output layer; layer norms start
 * at scale 1 and shift 0; biases are 0.
 */
public final class Gpt2Initialization {
  private static final double DEVIATION = 0.02;
  private static final int CHUNK = 4096;

  private Gpt2Initialization() {}

  /**
   * Initializes parameters; each tensor's values depend on the seed and the tensor's index.
   *
   * @param layout layout of the parameters, from {@link Gpt2Layout}
   */
  public static void fill(
      Gpt2Config config, ParameterLayout layout, FloatVector parameters, long seed) {
    int number = 0;
    for (ParameterLayout.Entry entry : layout.entries()) {
      fill(config, entry, Seed.of(seed, Seed.Purpose.INITIALIZATION, number++), parameters);
    }
  }

  private static void fill(
      Gpt2Config config, ParameterLayout.Entry entry, long seed, FloatVector into) {
    boolean random = entry.role() == ParameterLayout.Role.WEIGHT;
    boolean scale = entry.name().matches(".*\\.ln_[12f]\\.weight");
    boolean adds = entry.name().endsWith(".c_proj.weight");
    double deviation = adds ? DEVIATION / Math.sqrt(2.0 * config.layers()) : DEVIATION;
    float[] chunk = new float[CHUNK];
    Arrays.fill(chunk, scale ? 1 : 0);
    for (long from = 0; from < entry.size(); from += CHUNK) {
      int length = (int) Math.min(CHUNK, entry.size() - from);
      for (int i = 0; random && i < length; i++) {
        chunk[i] = (float) (deviation * NormalQuantile.at(Seed.unit(Seed.mix(seed + from + i))));
      }
      into.write(entry.offset() + from, chunk, length);
    }
  }
}
