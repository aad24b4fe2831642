package io.centroid.generate;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.random.RandomStream;
import java.util.List;
import java.util.Set;

/** Texts of a small model with random weights. */
abstract class SmallModelTexts {
  static final int POSITIONS = 16;
  static final int END = 25;
  static final Gpt2Config CONFIG =
      new Gpt2Config(2, 3, 48, POSITIONS, 26, 80, Gpt2Config.Dropout.NONE, 1e-5f);
  static final FloatVector PARAMETERS = parameters(CONFIG, 1);
  static final Letters LETTERS = new Letters(26);
  static final int[] PROMPT = {3, 1, 4};
  static final StopCriteria TEN =
      new StopCriteria(10, false, Set.of(), List.of(), ContextOverflow.SLIDE);

  static Generation one(int[] prompt, Sampling sampling, StopCriteria stopCriteria) {
    return generator(2)
        .generate(List.of(prompt), sampling, stopCriteria, TokenListener.NONE)
        .get(0);
  }

  static Generator generator(int threads) {
    return new Generator(
        CONFIG, Gpt2Weights.of(CONFIG, Gpt2Layout.of(CONFIG), PARAMETERS), LETTERS, threads);
  }

  static Gpt2Weights weights(Gpt2Config config, long seed) {
    return Gpt2Weights.of(config, Gpt2Layout.of(config), parameters(config, seed));
  }

  /** Parameters large enough that texts differ and no two logits are equal. */
  static FloatVector parameters(Gpt2Config config, long seed) {
    ParameterLayout layout = Gpt2Layout.of(config);
    float[] values = new float[(int) layout.parameterCount()];
    RandomStream random = new RandomStream(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.6 * (random.nextDouble() - 0.5));
    }
    FloatVector vector = FloatVector.allocate(values.length);
    vector.load(values);
    return vector;
  }
}
