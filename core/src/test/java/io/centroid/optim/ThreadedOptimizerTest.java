package io.centroid.optim;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.ThreadTeam;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A step on several threads is bitwise identical to a step on one. */
final class ThreadedOptimizerTest {
  private static final ParameterLayout LAYOUT =
      new ParameterLayout(
          List.of(
              new ParameterLayout.Entry("w", List.of(3L, 5000L), 0, ParameterLayout.Role.WEIGHT),
              new ParameterLayout.Entry("b", List.of(7L), 15000, ParameterLayout.Role.BIAS),
              new ParameterLayout.Entry(
                  "s", List.of(4097L), 15007, ParameterLayout.Role.STATISTIC)));

  @ParameterizedTest
  @EnumSource(OptimizerSettings.Name.class)
  void theResultIsBitwiseIdenticalForAnyNumberOfThreads(OptimizerSettings.Name name) {
    assertThat(after(name, 2)).containsExactly(after(name, 1));
    assertThat(after(name, 3)).containsExactly(after(name, 1));
  }

  private static float[] after(OptimizerSettings.Name name, int threads) {
    OptimizerSettings settings =
        new OptimizerSettings(
            name.rule(0.9, 0.1, 0.9, 0.99, 1e-8),
            0.01,
            OptimizerSettings.LearningRateScaling.NONE,
            1.0,
            new LearningRateSchedule(0, new LearningRateSchedule.Constant()));
    ThreadTeam team = new ThreadTeam(threads);
    Optimizer optimizer = settings.create(LAYOUT);
    GradientNorm norm = new GradientNorm(LAYOUT);
    int length = Math.toIntExact(LAYOUT.parameterCount());
    FloatVector parameters = FloatVector.allocate(length);
    FloatVector gradient = FloatVector.allocate(length);
    SplittableRandom random = new SplittableRandom(5);
    float[] values = new float[length];
    for (int step = 0; step < 3; step++) {
      for (int i = 0; i < length; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
      gradient.load(values);
      float scale = GradientNorm.clippingFactor(norm.of(gradient, team), 1);
      optimizer.step(parameters, gradient, 0.01, scale, team);
    }
    parameters.store(values);
    return values;
  }
}
