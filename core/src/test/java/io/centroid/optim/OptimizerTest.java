package io.centroid.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.ThreadTeam;
import io.centroid.optim.OptimizerSettings.LearningRateScaling;
import io.centroid.optim.OptimizerSettings.Name;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptimizerTest {
  /** Longer than the chunks of an optimizer. */
  private static final int WEIGHTS = 5000;

  private static final ParameterLayout LAYOUT =
      new ParameterLayout(
          List.of(
              new Entry("weight", List.of(2L, WEIGHTS / 2L), 0, Role.WEIGHT),
              new Entry("bias", List.of(3L), WEIGHTS, Role.BIAS),
              new Entry("mean", List.of(2L), WEIGHTS + 3, Role.STATISTIC)));
  private static final int LENGTH = WEIGHTS + 5;
  private static final double LEARNING_RATE = 0.05;
  private static final double DECAY = 0.1;
  private static final double MOMENTUM = 0.9;

  @ParameterizedTest
  @EnumSource(Name.class)
  void severalStepsFollowTheReferenceInDoublePrecision(Name name) {
    Run run = new Run(name);
    double[] values = new double[LENGTH];
    double[] first = new double[LENGTH];
    double[] second = new double[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = run.start[i];
    }
    for (int step = 1; step <= 6; step++) {
      float[] gradients = gradients(step);
      run.step(gradients, LEARNING_RATE / step, 1);
      for (int i = 0; i < LENGTH; i++) {
        double decay = i < WEIGHTS ? DECAY : 0;
        values[i] =
            i >= WEIGHTS + 3
                ? values[i] - gradients[i]
                : reference(
                    name,
                    values[i],
                    gradients[i],
                    decay,
                    LEARNING_RATE / step,
                    step,
                    i,
                    first,
                    second);
      }
    }
    float[] found = run.values();
    for (int i = 0; i < LENGTH; i++) {
      assertThat((double) found[i]).as("value %d", i).isCloseTo(values[i], within(2e-6));
    }
  }

  private static double reference(
      Name name,
      double value,
      double gradient,
      double decay,
      double learningRate,
      int step,
      int i,
      double[] first,
      double[] second) {
    double decayed = gradient + decay * value;
    switch (name) {
      case SGD -> {
        return value - learningRate * decayed;
      }
      case MOMENTUM, NESTEROV -> {
        first[i] = MOMENTUM * first[i] + decayed;
        return value
            - learningRate * (name == Name.NESTEROV ? decayed + MOMENTUM * first[i] : first[i]);
      }
      case ADAMW -> {
        first[i] = 0.9 * first[i] + 0.1 * gradient;
        second[i] = 0.99 * second[i] + 0.01 * gradient * gradient;
        double m = first[i] / (1 - Math.pow(0.9, step));
        double v = second[i] / (1 - Math.pow(0.99, step));
        return value * (1 - learningRate * decay) - learningRate * m / (Math.sqrt(v) + 1e-8);
      }
    }
    throw new AssertionError(name);
  }

  @Test
  void twoStepsOfMomentumByHand() {
    ParameterLayout one = new ParameterLayout(List.of(new Entry("w", List.of(1L), 0, Role.WEIGHT)));
    Optimizer optimizer = settings(Name.MOMENTUM, 0, LearningRateScaling.NONE).create(one);
    FloatVector value = FloatVector.allocate(1);
    FloatVector gradient = FloatVector.allocate(1);
    value.load(new float[] {1});
    gradient.load(new float[] {0.5f});
    optimizer.step(value, gradient, 0.1, 1, ThreadTeam.ALONE);
    optimizer.step(value, gradient, 0.1, 1, ThreadTeam.ALONE);
    float[] found = new float[1];
    value.store(found);
    assertThat(found[0]).isCloseTo(1 - 0.1f * 0.5f - 0.1f * (0.45f + 0.5f), within(1e-6f));
  }

  @ParameterizedTest
  @EnumSource(Name.class)
  void aRestoredOptimizerContinuesBitwiseIdentically(Name name) {
    Run undisturbed = new Run(name);
    Run first = new Run(name);
    for (int step = 1; step <= 3; step++) {
      undisturbed.step(gradients(step), LEARNING_RATE, 0.5f);
      first.step(gradients(step), LEARNING_RATE, 0.5f);
    }
    Run second = new Run(name);
    second.step(gradients(77), LEARNING_RATE, 1);
    second.parameters.load(first.values());
    second.optimizer.restore(first.optimizer.takeState());
    for (int step = 4; step <= 6; step++) {
      undisturbed.step(gradients(step), LEARNING_RATE, 0.5f);
      second.step(gradients(step), LEARNING_RATE, 0.5f);
    }
    assertThat(second.values()).isEqualTo(undisturbed.values());
    assertThat(second.optimizer.takeState().steps()).isEqualTo(6);
  }

  @ParameterizedTest
  @EnumSource(Name.class)
  void aStateIsACopyAndAResetZeroesIt(Name name) {
    Run run = new Run(name);
    run.step(gradients(1), LEARNING_RATE, 1);
    InnerState state = run.optimizer.takeState();
    List<float[]> before = state.moments().stream().map(float[]::clone).toList();
    run.step(gradients(2), LEARNING_RATE, 1);
    assertThat(state.moments()).usingRecursiveComparison().isEqualTo(before);
    run.optimizer.restore(null);
    run.parameters.load(run.start);
    run.step(gradients(1), LEARNING_RATE, 1);
    Run fresh = new Run(name);
    fresh.step(gradients(1), LEARNING_RATE, 1);
    assertThat(run.values()).isEqualTo(fresh.values());
    assertThat(state.moments())
        .hasSameSizeAs(settings(name, 0, LearningRateScaling.NONE).stateNames());
  }

  @Test
  void aStateOfAnotherOptimizerIsRejected() {
    InnerState state = new Run(Name.MOMENTUM).optimizer.takeState();
    assertThatThrownBy(() -> new Run(Name.ADAMW).optimizer.restore(state))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void runningStatisticsSubtractTheirGradientUnscaled() {
    Run run = new Run(Name.ADAMW);
    float[] gradients = gradients(1);
    run.step(gradients, 1e-9, 0.25f);
    assertThat(run.values()[LENGTH - 1]).isEqualTo(run.start[LENGTH - 1] - gradients[LENGTH - 1]);
  }

  @Test
  void clippingScalesTheGradientToTheNormWithoutStatistics() {
    ParameterLayout layout =
        new ParameterLayout(
            List.of(
                new Entry("w", List.of(1L), 0, Role.WEIGHT),
                new Entry("b", List.of(1L), 1, Role.BIAS),
                new Entry("s", List.of(1L), 2, Role.STATISTIC)));
    FloatVector gradient = FloatVector.allocate(3);
    gradient.load(new float[] {3, 4, 1000});
    double norm = new GradientNorm(layout).of(gradient, ThreadTeam.ALONE);
    assertThat(norm).isEqualTo(5);
    assertThat(GradientNorm.clippingFactor(norm, 1)).isEqualTo(0.2f);
    assertThat(GradientNorm.clippingFactor(norm, 6)).isEqualTo(1);
    assertThat(GradientNorm.clippingFactor(norm, 0)).isEqualTo(1);
  }

  @Test
  void theNormOfALongGradientIncludesEveryValue() {
    FloatVector gradient = FloatVector.allocate(LENGTH);
    float[] gradients = gradients(1);
    gradient.load(gradients);
    double sum = 0;
    for (int i = 0; i < WEIGHTS + 3; i++) {
      sum += (double) gradients[i] * gradients[i];
    }
    assertThat(new GradientNorm(LAYOUT).of(gradient, ThreadTeam.ALONE))
        .isCloseTo(Math.sqrt(sum), within(1e-9));
  }

  @Test
  void theLearningRateScalesWithTheNumberOfWorkers() {
    assertThat(settings(Name.SGD, 0, LearningRateScaling.NONE).learningRateAt(0, 4))
        .isEqualTo(LEARNING_RATE);
    assertThat(settings(Name.SGD, 0, LearningRateScaling.LINEAR).learningRateAt(0, 4))
        .isEqualTo(4 * LEARNING_RATE);
    assertThat(settings(Name.SGD, 0, LearningRateScaling.SQUARE_ROOT).learningRateAt(0, 4))
        .isEqualTo(2 * LEARNING_RATE);
  }

  private static float[] gradients(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] gradients = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      gradients[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return gradients;
  }

  private static OptimizerSettings settings(Name name, double decay, LearningRateScaling scaling) {
    return new OptimizerSettings(
        name.rule(MOMENTUM, decay, 0.9, 0.99, 1e-8),
        LEARNING_RATE,
        scaling,
        0,
        new LearningRateSchedule(0, new LearningRateSchedule.Constant()));
  }

  private static final class Run {
    private final Optimizer optimizer;
    private final float[] start = gradients(1000);
    private final FloatVector parameters = FloatVector.allocate(LENGTH);
    private final FloatVector gradient = FloatVector.allocate(LENGTH);

    Run(Name name) {
      optimizer = settings(name, DECAY, LearningRateScaling.NONE).create(LAYOUT);
      parameters.load(start);
    }

    void step(float[] gradients, double learningRate, float scale) {
      gradient.load(gradients);
      optimizer.step(parameters, gradient, learningRate, scale, ThreadTeam.ALONE);
    }

    float[] values() {
      float[] values = new float[LENGTH];
      parameters.store(values);
      return values;
    }
  }
}
