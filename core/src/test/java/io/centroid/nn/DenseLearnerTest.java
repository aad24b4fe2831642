package io.centroid.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.centroid.data.Batch;
import io.centroid.data.DataSummary;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import io.centroid.nn.kernels.ThreadTeam;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.Optimizer;
import io.centroid.optim.OptimizerSettings;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class DenseLearnerTest {

  static Stream<Arguments> activationsAndLosses() {
    return Arrays.stream(Activation.values())
        .flatMap(
            activation -> Arrays.stream(Loss.values()).map(loss -> Arguments.of(activation, loss)));
  }

  @ParameterizedTest
  @MethodSource("activationsAndLosses")
  void gradientsMatchFiniteDifferences(Activation activation, Loss loss) {
    PlainNetwork.requireGradientsMatch(mlp(activation, loss));
  }

  /** Finite differences of the reference implementation in double precision. */
  @ParameterizedTest
  @MethodSource("activationsAndLosses")
  void inputGradientsMatchFiniteDifferences(Activation activation, Loss loss) {
    PlainNetwork.requireInputGradientsMatch(mlp(activation, loss));
    PlainNetwork.requireInputGradientsMatch(PlainNetwork.spec(List.of(), activation, loss));
  }

  @Test
  void inputGradientsLeaveTrainingUnchanged() {
    NetworkSpec spec = mlp(Activation.TANH, Loss.CROSS_ENTROPY);
    SgdLearner used = dense(spec);
    Batch batch = Batches.random(spec, 6, 3);
    float[] outputs = used.predict(batch);
    float[] unused = ((InputGradients) used).inputGradients(batch, 1);
    assertThat(used.predict(batch)).isEqualTo(outputs);
    assertThat(used.gradient(batch, 4)).isEqualTo(dense(spec).gradient(batch, 4));
  }

  @Test
  void layoutHasPyTorchShapes() {
    ParameterLayout dense = dense(mlp(Activation.RELU, Loss.CROSS_ENTROPY)).layout();
    assertThat(dense.entries())
        .containsExactly(
            new Entry("0.weight", List.of(5L, 3L), 0, Role.WEIGHT),
            new Entry("0.bias", List.of(5L), 15, Role.BIAS),
            new Entry("1.weight", List.of(4L, 5L), 20, Role.WEIGHT),
            new Entry("1.bias", List.of(4L), 40, Role.BIAS),
            new Entry("2.weight", List.of(4L, 4L), 44, Role.WEIGHT),
            new Entry("2.bias", List.of(4L), 60, Role.BIAS));
  }

  @Test
  void weightsAreRowMajorOutputsByInputs() {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Mlp(List.of(4), Activation.IDENTITY),
            InputShape.row(3),
            1,
            Loss.MEAN_SQUARED_ERROR,
            1);
    Learner learner = dense(spec);
    float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
    Entry first = learner.layout().entries().get(0);
    Entry last = learner.layout().entries().get(2);
    parameters[(int) first.offset() + 2 * 3 + 1] = 3;
    parameters[(int) last.offset() + 2] = 5;
    learner.parameters().load(parameters);
    Batch batch = Batches.of(InputShape.row(3), new float[][] {{10, 7, 100}}, new float[] {0});
    assertThat(learner.predict(batch)).containsExactly(105);
  }

  @Test
  void initialParametersDependOnTheSeed() {
    float[] one = Vectors.initial(mlp(Activation.TANH, Loss.CROSS_ENTROPY));
    assertThat(Vectors.initial(mlp(Activation.TANH, Loss.CROSS_ENTROPY))).isEqualTo(one);
    NetworkSpec spec = mlp(Activation.TANH, Loss.CROSS_ENTROPY);
    assertThat(
            Vectors.initial(
                new NetworkSpec(
                    spec.architecture(), spec.input(), spec.outputs(), spec.loss(), 99)))
        .isNotEqualTo(one);
  }

  @Test
  void initialWeightsHaveHeOrGlorotVarianceAndBiasesAreZero() {
    requireDeviations(Activation.RELU, Math.sqrt(2.0 / 200), Math.sqrt(2.0 / (300 + 20)));
    requireDeviations(Activation.TANH, Math.sqrt(2.0 / (200 + 300)), Math.sqrt(2.0 / (300 + 20)));
  }

  private static void requireDeviations(Activation activation, double hidden, double last) {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Mlp(List.of(300), activation),
            InputShape.row(200),
            20,
            Loss.CROSS_ENTROPY,
            1);
    Learner learner = dense(spec);
    float[] initial = Vectors.values(learner.parameters());
    for (Entry entry : learner.layout().entries()) {
      float[] tensor = PlainNetwork.tensor(initial, entry);
      double sum = 0;
      double squares = 0;
      for (float value : tensor) {
        sum += value;
        squares += (double) value * value;
      }
      double deviation = Math.sqrt(squares / tensor.length);
      if (entry.role() == Role.BIAS) {
        assertThat(deviation).isZero();
      } else {
        double expected = entry.name().startsWith("0.") ? hidden : last;
        // Four standard errors of each estimate.
        assertThat(deviation)
            .isCloseTo(expected, within(4 * expected / Math.sqrt(2.0 * tensor.length)));
        assertThat(sum / tensor.length)
            .isCloseTo(0, within(4 * expected / Math.sqrt(tensor.length)));
      }
    }
  }

  @Test
  void aReusedLearnerIsBitwiseIdenticalToAFreshOne() {
    NetworkSpec spec = mlp(Activation.GELU, Loss.CROSS_ENTROPY);
    float[] parameters = Vectors.initial(spec);
    Learner used = dense(spec);
    PlainNetwork.randomized(used);
    used.gradient(Batches.random(spec, 5, 1), 8);
    used.predict(Batches.random(spec, 3, 2));
    used.parameters().load(parameters);
    Learner fresh = dense(spec);
    Batch batch = Batches.random(spec, 6, 3);
    assertThat(used.gradient(batch, 4)).isEqualTo(fresh.gradient(batch, 4));
    assertThat(Vectors.values(used.gradient())).isEqualTo(Vectors.values(fresh.gradient()));
    assertThat(used.predict(batch)).isEqualTo(fresh.predict(batch));
  }

  @ParameterizedTest
  @MethodSource("io.centroid.nn.PlainNetwork#denseNetworks")
  void aFusedSgdStepEqualsGradientAndSgd(NetworkSpec spec) {
    SgdLearner fused = dense(spec);
    Learner plain = dense(spec);
    float[] parameters = PlainNetwork.randomized(fused);
    plain.parameters().load(parameters);
    Optimizer sgd = sgd(0.1).create(plain.layout());
    for (int step = 0; step < 3; step++) {
      Batch batch = Batches.random(spec, step == 2 ? 5 : 16, step);
      double loss = fused.sgdStep(batch, step, 0.05f, 0.1f);
      double expected = plain.gradient(batch, step);
      sgd.step(plain.parameters(), plain.gradient(), 0.05f, 1, ThreadTeam.ALONE);
      assertThat(loss).isCloseTo(expected, within(1e-6 * (1 + expected)));
    }
    assertThat(Vectors.values(fused.parameters())).isNotEqualTo(parameters);
    PlainNetwork.requireNear(
        spec, fused, Vectors.values(plain.parameters()), Vectors.values(fused.parameters()), 1e-6);
  }

  @Test
  void weightDecaySkipsBiases() {
    NetworkSpec spec = PlainNetwork.spec(List.of(4), Activation.TANH, Loss.CROSS_ENTROPY);
    SgdLearner decayed = dense(spec);
    SgdLearner plain = dense(spec);
    plain.parameters().load(PlainNetwork.randomized(decayed));
    Batch batch = Batches.random(spec, 8, 1);
    decayed.sgdStep(batch, 1, 0.1f, 0.5f);
    plain.sgdStep(batch, 1, 0.1f, 0);
    for (Entry entry : plain.layout().entries()) {
      boolean equal =
          Arrays.equals(
              PlainNetwork.tensor(Vectors.values(plain.parameters()), entry),
              PlainNetwork.tensor(Vectors.values(decayed.parameters()), entry));
      assertThat(equal).as(entry.name()).isEqualTo(entry.role() == ParameterLayout.Role.BIAS);
    }
  }

  @Test
  void aStepAllocatesNothing() {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Mlp(List.of(32, 16), Activation.GELU),
            new InputShape(1, 8, 8),
            10,
            Loss.CROSS_ENTROPY,
            1);
    SgdLearner learner = dense(spec);
    Examples examples = pixels(64, 200);
    Batch batch = new Batch(spec.input(), 64);
    int[] order = java.util.stream.IntStream.range(0, 200).toArray();
    Normalization unit = Normalization.of(Normalization.Method.UNIT, new DataSummary(List.of()));
    Runnable steps =
        () -> {
          for (int from = 0; from < 200; from += 64) {
            batch.fill(examples, unit, order, from, Math.min(200, from + 64));
            learner.sgdStep(batch, 1, 0.01f, 0.1f);
            learner.gradient(batch, 1);
          }
        };
    for (int i = 0; i < 500; i++) {
      steps.run();
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    long idle = threads.getThreadAllocatedBytes(thread) - before;
    for (int i = 0; i < 100; i++) {
      steps.run();
    }
    // 800 steps: one small object per step would exceed this.
    assertThat(threads.getThreadAllocatedBytes(thread) - before - 2 * idle).isLessThan(800 * 16);
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void extremeLogitsGiveFiniteLossAndGradient(Loss loss) {
    NetworkSpec spec = PlainNetwork.spec(List.of(), Activation.IDENTITY, loss);
    SgdLearner learner = dense(spec);
    float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = i % 2 == 0 ? 1e4f : -1e4f;
    }
    learner.parameters().load(parameters);
    Batch batch = Batches.random(spec, 9, 2);
    assertThat(learner.gradient(batch, 1)).isFinite().isGreaterThan(1000);
    for (float value : Vectors.values(learner.gradient())) {
      assertThat(value).isFinite();
    }
    for (float output : learner.predict(batch)) {
      assertThat(output).isFinite();
    }
  }

  @ParameterizedTest
  @MethodSource("io.centroid.nn.PlainNetwork#denseNetworks")
  void nanPropagatesToTheLoss(NetworkSpec spec) {
    float[][] rows = new float[3][spec.input().size()];
    rows[1][2] = Float.NaN;
    Batch batch = Batches.of(spec.input(), rows, new float[3]);
    assertThat(dense(spec).gradient(batch, 1)).isNaN();
    assertThat(dense(spec).sgdStep(batch, 1, 0.1f, 0)).isNaN();
  }

  @Test
  void sgdStepsAreBitwiseReproducible() {
    NetworkSpec spec = PlainNetwork.spec(List.of(17, 5), Activation.GELU, Loss.CROSS_ENTROPY);
    SgdLearner used = dense(spec);
    float[] parameters = Vectors.values(used.parameters());
    used.sgdStep(Batches.random(spec, 40, 1), 1, 0.1f, 0.1f);
    used.predict(Batches.random(spec, 3, 2));
    used.parameters().load(parameters);
    SgdLearner fresh = dense(spec);
    Batch batch = Batches.random(spec, 11, 3);
    assertThat(used.sgdStep(batch, 1, 0.1f, 0)).isEqualTo(fresh.sgdStep(batch, 1, 0.1f, 0));
    assertThat(Vectors.values(used.parameters())).isEqualTo(Vectors.values(fresh.parameters()));
  }

  private static SgdLearner dense(NetworkSpec spec) {
    return (SgdLearner) spec.engine().create(spec);
  }

  private static Examples pixels(int size, int count) {
    InputShape shape = new InputShape(1, 8, 8);
    Examples.Builder examples = new Examples.Builder(shape, SourceSchema.FeatureKind.PIXELS);
    byte[] image = new byte[size];
    for (int i = 0; i < count; i++) {
      Arrays.fill(image, (byte) i);
      examples.addImage(image, 0, i % 10);
    }
    return examples.build();
  }

  static OptimizerSettings sgd(double decay) {
    return new OptimizerSettings(
        OptimizerSettings.Name.SGD.rule(0, decay, 0, 0, 1e-8),
        0.05,
        OptimizerSettings.LearningRateScaling.NONE,
        0,
        new LearningRateSchedule(0, new LearningRateSchedule.Constant()));
  }

  private static NetworkSpec mlp(Activation activation, Loss loss) {
    return new NetworkSpec(
        new Architecture.Mlp(List.of(5, 4), activation),
        InputShape.row(3),
        loss == Loss.CROSS_ENTROPY ? 4 : 1,
        loss,
        3);
  }
}
