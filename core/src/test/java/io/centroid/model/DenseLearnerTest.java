package io.centroid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.centroid.data.Batch;
import io.centroid.data.DataSummary;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalisation;
import io.centroid.data.SourceSchema;
import io.centroid.model.ParameterLayout.Entry;
import io.centroid.optimize.Optimizer;
import io.centroid.optimize.OptimizerSettings;
import io.centroid.optimize.RateSchedule;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class DenseLearnerTest {

  static Stream<NetworkSpec> networks() {
    List<NetworkSpec> specs = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      for (Loss loss : Loss.values()) {
        for (List<Integer> hidden :
            List.of(List.<Integer>of(), List.of(13), List.of(17, 5), List.of(9, 8, 7))) {
          for (Backend backend : Backend.values()) {
            specs.add(spec(hidden, activation, loss, backend));
          }
        }
      }
    }
    specs.add(
        new NetworkSpec(
            new Architecture.Mlp(List.of(1, 4), Activation.TANH),
            InputShape.row(3),
            3,
            Loss.CROSS_ENTROPY,
            7));
    return specs.stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsLossesAndOutputsAreThoseOfDl4j(NetworkSpec spec) {
    Learner dense = dense(spec);
    Learner dl4j = Learners.dl4j(spec);
    assertThat(dense.layout()).isEqualTo(dl4j.layout());
    assertThat(values(dense)).isEqualTo(values(dl4j));
    float[] parameters = randomised(dense);
    dl4j.parameters().load(parameters);
    // The second batch is a smaller one, as at the end of an epoch; the third needs more room.
    for (int rows : new int[] {33, 7, 64}) {
      Batch batch = Batches.random(spec, rows, rows);
      double expected = dl4j.gradient(batch, 1);
      assertThat(dense.gradient(batch, 1)).isCloseTo(expected, within(1e-5 * (1 + expected)));
      requireNear(spec, dense, Dl4jLearnerTest.slopes(dl4j), Dl4jLearnerTest.slopes(dense), 1e-5);
      float[] outputs = dense.predict(batch);
      float[] expectedOutputs = dl4j.predict(batch);
      assertThat(outputs).hasSameSizeAs(expectedOutputs);
      for (int i = 0; i < outputs.length; i++) {
        assertThat(outputs[i])
            .isCloseTo(expectedOutputs[i], within(2e-6f * (1 + Math.abs(expectedOutputs[i]))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aFusedStepIsThatOfGradientAndSgd(NetworkSpec spec) {
    SgdLearner fused = dense(spec);
    Learner plain = dense(spec);
    float[] parameters = randomised(fused);
    plain.parameters().load(parameters);
    Optimizer sgd = sgd(0.1).create(plain.layout());
    for (int step = 0; step < 3; step++) {
      Batch batch = Batches.random(spec, step == 2 ? 5 : 16, step);
      double loss = fused.descend(batch, step, 0.05f, 0.1f);
      double expected = plain.gradient(batch, step);
      sgd.step(plain.parameters(), plain.gradient(), 0.05f, 1);
      assertThat(loss).isCloseTo(expected, within(1e-6 * (1 + expected)));
    }
    assertThat(values(fused)).isNotEqualTo(parameters);
    requireNear(spec, fused, values(plain), values(fused), 1e-6);
  }

  @Test
  void decaySparesBiases() {
    NetworkSpec spec = spec(List.of(4), Activation.TANH, Loss.CROSS_ENTROPY, Backend.CPU);
    SgdLearner decayed = dense(spec);
    SgdLearner plain = dense(spec);
    plain.parameters().load(randomised(decayed));
    Batch batch = Batches.random(spec, 8, 1);
    decayed.descend(batch, 1, 0.1f, 0.5f);
    plain.descend(batch, 1, 0.1f, 0);
    for (Entry entry : plain.layout().entries()) {
      boolean equal = Arrays.equals(tensor(values(plain), entry), tensor(values(decayed), entry));
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
    Normalisation unit = Normalisation.of(Normalisation.Method.UNIT, new DataSummary(List.of()));
    Runnable steps =
        () -> {
          for (int from = 0; from < 200; from += 64) {
            batch.fill(examples, unit, order, from, Math.min(200, from + 64));
            learner.descend(batch, 1, 0.01f, 0.1f);
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
    // 800 steps: even one small object in each would be more.
    assertThat(threads.getThreadAllocatedBytes(thread) - before - 2 * idle).isLessThan(800 * 16);
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void extremeScoresStayFinite(Loss loss) {
    for (Backend backend : Backend.values()) {
      NetworkSpec spec = spec(List.of(), Activation.IDENTITY, loss, backend);
      SgdLearner learner = dense(spec);
      float[] parameters = new float[values(learner).length];
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = i % 2 == 0 ? 1e4f : -1e4f;
      }
      learner.parameters().load(parameters);
      Batch batch = Batches.random(spec, 9, 2);
      assertThat(learner.gradient(batch, 1)).isFinite().isGreaterThan(1000);
      for (float slope : Dl4jLearnerTest.slopes(learner)) {
        assertThat(slope).isFinite();
      }
      for (float output : learner.predict(batch)) {
        assertThat(output).isFinite();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void whatIsNotANumberIsNotHidden(NetworkSpec spec) {
    float[][] rows = new float[3][spec.input().size()];
    rows[1][2] = Float.NaN;
    Batch batch = Batches.of(spec.input(), rows, new float[3]);
    assertThat(dense(spec).gradient(batch, 1)).isNaN();
    assertThat(dense(spec).descend(batch, 1, 0.1f, 0)).isNaN();
  }

  @Test
  void equalBatchesGiveEqualBits() {
    for (Backend backend : Backend.values()) {
      NetworkSpec spec = spec(List.of(17, 5), Activation.GELU, Loss.CROSS_ENTROPY, backend);
      SgdLearner used = dense(spec);
      float[] parameters = values(used);
      used.descend(Batches.random(spec, 40, 1), 1, 0.1f, 0.1f);
      used.predict(Batches.random(spec, 3, 2));
      used.parameters().load(parameters);
      SgdLearner fresh = dense(spec);
      Batch batch = Batches.random(spec, 11, 3);
      assertThat(used.descend(batch, 1, 0.1f, 0)).isEqualTo(fresh.descend(batch, 1, 0.1f, 0));
      assertThat(values(used)).isEqualTo(values(fresh));
    }
  }

  static SgdLearner dense(NetworkSpec spec) {
    Learner learner = Learners.create(spec);
    assertThat(learner).isInstanceOf(DenseLearner.class);
    return (SgdLearner) learner;
  }

  private static NetworkSpec spec(
      List<Integer> hidden, Activation activation, Loss loss, Backend backend) {
    return new NetworkSpec(
        new Architecture.Mlp(hidden, activation),
        InputShape.row(11),
        loss == Loss.CROSS_ENTROPY ? 6 : 1,
        loss,
        7,
        backend);
  }

  private static void requireNear(
      NetworkSpec spec, Learner learner, float[] expected, float[] found, double tolerance) {
    for (Entry entry : learner.layout().entries()) {
      float[] e = tensor(expected, entry);
      float[] f = tensor(found, entry);
      double largest = 0;
      for (float value : e) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < e.length; i++) {
        assertThat((double) f[i])
            .as("%s %s[%d]", spec, entry.name(), i)
            .isCloseTo(e[i], within(tolerance * largest));
      }
    }
  }

  private static float[] tensor(float[] flat, Entry entry) {
    return Arrays.copyOfRange(flat, (int) entry.offset(), (int) (entry.offset() + entry.size()));
  }

  private static float[] values(Learner learner) {
    float[] values = new float[Math.toIntExact(learner.parameters().size())];
    learner.parameters().store(values);
    return values;
  }

  private static float[] randomised(Learner learner) {
    SplittableRandom random = new SplittableRandom(5);
    float[] parameters = values(learner);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) (random.nextDouble() - 0.5);
    }
    learner.parameters().load(parameters);
    return parameters;
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
        OptimizerSettings.Name.SGD,
        0.05,
        OptimizerSettings.RateScaling.NONE,
        0,
        decay,
        0,
        0,
        1e-8,
        0,
        new RateSchedule(0, new RateSchedule.Constant()));
  }
}
