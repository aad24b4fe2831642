package io.centroid.nn.gpt2;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.random.NormalQuantile;
import io.centroid.random.Seed;
import java.util.Arrays;

/**
 * GPT-2's first parameters: normal with deviation 0.02, smaller by the square root of the number of
 * residual additions where a layer adds to the stream; normalizations 1 and 0, biases 0.
 */
public final class Gpt2Initialization {
  private static final double DEVIATION = 0.02;
  private static final int CHUNK = 4096;

  private Gpt2Initialization() {}

  /** Sets the learner's parameters; those of each tensor depend on the seed and its number. */
  public static void fill(Gpt2Config config, Gpt2Learner learner, long seed) {
    int number = 0;
    for (ParameterLayout.Entry entry : learner.layout().entries()) {
      fill(
          config,
          entry,
          Seed.of(seed, Seed.Purpose.INITIALIZATION, number++),
          learner.parameters());
    }
  }

  private static void fill(
      Gpt2Config config, ParameterLayout.Entry entry, long seed, FloatVector into) {
    boolean drawn = entry.role() == ParameterLayout.Role.WEIGHT;
    boolean scale = entry.name().matches(".*\\.ln_[12f]\\.weight");
    boolean adds = entry.name().endsWith(".c_proj.weight");
    double deviation = adds ? DEVIATION / Math.sqrt(2.0 * config.layers()) : DEVIATION;
    float[] chunk = new float[CHUNK];
    Arrays.fill(chunk, scale ? 1 : 0);
    for (long from = 0; from < entry.size(); from += CHUNK) {
      int length = (int) Math.min(CHUNK, entry.size() - from);
      for (int i = 0; drawn && i < length; i++) {
        chunk[i] = (float) (deviation * NormalQuantile.at(Seed.unit(Seed.mix(seed + from + i))));
      }
      into.write(entry.offset() + from, chunk, length);
    }
  }
}
