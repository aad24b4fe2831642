package io.centroid.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Batch;
import io.centroid.data.InputShape;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Batches;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasuredStepTest {
  private static final NetworkSpec SPEC =
      new NetworkSpec(
          new Architecture.Mlp(List.of(70), Activation.TANH),
          new InputShape(1, 10, 10),
          5,
          Loss.CROSS_ENTROPY,
          3);

  /** Plain SGD without clipping is the fused step, which stores no gradient. */
  @ParameterizedTest
  @CsvSource({"SGD, 0, 0", "SGD, 0, 0.01", "SGD, 0.1, 0", "NESTEROV, 0, 0.01", "ADAMW, 0.1, 0.01"})
  void isBitwiseIdenticalToAStepAndHasTheNormOfTheGradient(
      OptimizerSettings.Name name, double clipNorm, double decay) {
    OptimizerSettings settings = settings(name, clipNorm, decay);
    try (Learner plain = SPEC.newLearner();
        Learner measured = SPEC.newLearner();
        Learner reference = SPEC.newLearner()) {
      Stepper plainSteps = Stepper.of(plain, settings);
      Stepper measuredSteps = Stepper.of(measured, settings);
      plainSteps.reset();
      measuredSteps.reset();
      for (int step = 0; step < 5; step++) {
        Batch batch = Batches.random(SPEC, 16, step);
        reference.parameters().load(values(measured));
        double expected = gradientNorm(reference, batch, fusedDecay(name, clipNorm, decay));
        double loss = plainSteps.step(batch, step, 0.05);
        Stepper.Measured found = measuredSteps.measuredStep(batch, step, 0.05);
        assertThat(found.loss()).isEqualTo(loss);
        assertThat(found.gradientNorm()).isCloseTo(expected, within(1e-4 * expected));
        assertThat(values(measured)).isEqualTo(values(plain));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"SGD", "MOMENTUM"})
  void theFirstStepOfAWarmUpIsTaken(OptimizerSettings.Name name) {
    try (Learner learner = SPEC.newLearner()) {
      float[] before = values(learner);
      Stepper stepper = Stepper.of(learner, settings(name, 0, 0));
      stepper.reset();
      double norm = stepper.measuredStep(Batches.random(SPEC, 16, 1), 1, 0).gradientNorm();
      assertThat(Double.isNaN(norm)).isEqualTo(name == OptimizerSettings.Name.SGD);
      assertThat(values(learner)).isEqualTo(before);
    }
  }

  /** The change of the parameters includes the decay of weights, which only the fused step adds. */
  private static double fusedDecay(OptimizerSettings.Name name, double clipNorm, double decay) {
    return name == OptimizerSettings.Name.SGD && clipNorm == 0 ? decay : 0;
  }

  private static double gradientNorm(Learner learner, Batch batch, double decay) {
    double unused = learner.gradient(batch, 0);
    float[] parameters = values(learner);
    float[] gradient = new float[parameters.length];
    learner.gradient().store(gradient);
    double sum = 0;
    for (var entry : learner.layout().entries()) {
      boolean decays = entry.role() == ParameterLayout.Role.WEIGHT;
      for (int i = (int) entry.offset(); i < entry.offset() + entry.size(); i++) {
        double value = gradient[i] + (decays ? decay * parameters[i] : 0);
        sum += value * value;
      }
    }
    return Math.sqrt(sum);
  }

  private static float[] values(Learner learner) {
    float[] values = new float[Math.toIntExact(learner.layout().parameterCount())];
    learner.parameters().store(values);
    return values;
  }

  private static OptimizerSettings settings(
      OptimizerSettings.Name name, double clipNorm, double decay) {
    return new OptimizerSettings(
        name.rule(0.9, decay, 0.9, 0.999, 1e-8),
        0.05,
        OptimizerSettings.LearningRateScaling.NONE,
        clipNorm,
        new LearningRateSchedule(0, new LearningRateSchedule.Constant()));
  }
}
