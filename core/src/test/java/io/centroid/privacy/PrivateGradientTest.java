package io.centroid.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateGradientTest {
  private static final InputShape SHAPE = InputShape.row(5);
  private static final NoiseKey KEY = NoiseKey.of(1, null);
  private static final double SILENT = 1e-9;
  private static final int COUNT = 40;

  private final Learner learner = learner();
  private final Examples examples = examples();

  @AfterEach
  void close() {
    learner.close();
  }

  private static Learner learner() {
    return new NetworkSpec(
            new Architecture.Mlp(List.of(7, 6), Activation.TANH), SHAPE, 3, Loss.CROSS_ENTROPY, 1)
        .newLearner();
  }

  private static Examples examples() {
    SplittableRandom random = new SplittableRandom(1);
    var builder = new Examples.Builder(SHAPE, SourceSchema.FeatureKind.NUMBERS);
    for (int i = 0; i < COUNT; i++) {
      float[] row = new float[SHAPE.size()];
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) random.nextDouble(-2, 2);
      }
      builder.addRow(row, i % 3);
    }
    return builder.build();
  }

  /** The first examples; more are the same again. */
  private static PrivateGradient.Shard shard(Examples examples, int size) {
    return new PrivateGradient.Shard() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public Batch batch(int[] chosen, int count) {
        Batch batch = new Batch(SHAPE, count);
        int[] order = chosen.clone();
        for (int i = 0; i < count; i++) {
          order[i] %= COUNT;
        }
        batch.fill(examples, Normalization.NONE, order, 0, count);
        return batch;
      }

      @Override
      public long dropoutSeed(int example) {
        return 0;
      }
    };
  }

  private static double gradientOf(Learner learner, Examples examples, int example) {
    Batch batch = new Batch(SHAPE, 1);
    batch.fill(examples, Normalization.NONE, example, example + 1);
    return learner.gradient(batch, 0);
  }

  private static float[] gradient(Learner learner) {
    float[] values = new float[Math.toIntExact(learner.layout().parameterCount())];
    learner.gradient().store(values);
    return values;
  }

  private float[] compute(DpSgd settings, int size, long step) {
    new PrivateGradient(learner, settings).compute(shard(examples, size), 0, step);
    return gradient(learner);
  }

  private static double length(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  private static float[] minus(float[] a, float[] b) {
    float[] difference = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  /** One by one, and in batches of 16, of which the last one is not full. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theGradientOfEachExampleIsClippedByItself(boolean alone) {
    double clip =
        IntStream.range(0, COUNT)
            .mapToDouble(
                example -> {
                  gradientOf(learner, examples, example);
                  return length(gradient(learner));
                })
            .sorted()
            .skip(COUNT / 2)
            .findFirst()
            .orElseThrow();
    double[] expected = new double[Math.toIntExact(learner.layout().parameterCount())];
    int clipped = 0;
    double losses = 0;
    for (int example = 0; example < COUNT; example++) {
      losses += gradientOf(learner, examples, example);
      float[] own = gradient(learner);
      double factor = Math.min(1, clip / length(own));
      clipped += factor < 1 ? 1 : 0;
      for (int i = 0; i < own.length; i++) {
        expected[i] += factor * own[i] / 16;
      }
    }
    assertThat(clipped).isBetween(COUNT / 2 - 2, COUNT / 2);
    PrivateGradient gradient =
        new PrivateGradient(
            alone ? new OneByOne(learner) : learner, new DpSgd(clip, SILENT, 1, 16, KEY));
    assertThat(gradient.batchSize()).isEqualTo(alone ? 1 : 16);
    assertThat(gradient.compute(shard(examples, COUNT), 0, 0)).isCloseTo(losses, within(1e-5));
    float[] found = gradient(learner);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void anExampleChangesTheGradientByAtMostTheClippingNorm() {
    double clip = 0.05;
    DpSgd all = new DpSgd(clip, 1, 1, 1, KEY);
    for (int count = 1; count <= COUNT; count++) {
      float[] change = minus(compute(all, count, 3), compute(all, count - 1, 3));
      assertThat(length(change)).isCloseTo(clip, within(1e-6));
    }
  }

  @Test
  void theNoiseHasTheStandardDeviationOfMultiplierTimesClippingNorm() {
    List<Double> noise = new ArrayList<>();
    for (int step = 0; step < 200; step++) {
      float[] clean = compute(new DpSgd(0.5, SILENT, 1, 8, KEY), COUNT, step);
      for (float value : minus(compute(new DpSgd(0.5, 1.3, 1, 8, KEY), COUNT, step), clean)) {
        noise.add(value * 8 / (0.5 * 1.3));
      }
    }
    double mean = noise.stream().mapToDouble(z -> z).average().orElseThrow();
    double variance = noise.stream().mapToDouble(z -> z * z).average().orElseThrow();
    assertThat(mean).isCloseTo(0, within(0.03));
    assertThat(variance).isCloseTo(1, within(0.04));
  }

  @Test
  void examplesAreSampledIndependentlyInEachStep() {
    PrivateGradient.Shard shard = shard(examples, 2_000);
    int[] taken = new int[shard.size()];
    int[] size = {0};
    PrivateGradient.Shard counted =
        new PrivateGradient.Shard() {
          @Override
          public int size() {
            return shard.size();
          }

          @Override
          public Batch batch(int[] chosen, int count) {
            for (int i = 0; i < count; i++) {
              taken[chosen[i]]++;
            }
            size[0] += count;
            return shard.batch(chosen, count);
          }

          @Override
          public long dropoutSeed(int example) {
            return 0;
          }
        };
    PrivateGradient tenth = new PrivateGradient(learner, new DpSgd(1, 1, 0.1, 32, KEY));
    List<Integer> sizes = new ArrayList<>();
    for (int step = 0; step < 300; step++) {
      size[0] = 0;
      tenth.compute(counted, 0, step);
      sizes.add(size[0]);
    }
    double mean = sizes.stream().mapToInt(each -> each).average().orElseThrow();
    double variance =
        sizes.stream().mapToDouble(each -> (each - mean) * (each - mean)).sum() / sizes.size();
    assertThat(mean).isCloseTo(200, within(4.0));
    assertThat(variance).isCloseTo(180, within(45.0));
    for (int count : taken) {
      assertThat(count).isBetween(8, 62);
    }
  }

  @Test
  void theResultDependsOnKeyParametersWorkerAndStepAlone() {
    DpSgd half = new DpSgd(1, 1, 0.5, 20, KEY);
    float[] first = compute(half, COUNT, 5);
    assertThat(compute(half, COUNT, 6)).isNotEqualTo(first);
    assertThat(compute(half, COUNT, 5)).isEqualTo(first);
    try (Learner other = learner()) {
      PrivateGradient gradient = new PrivateGradient(other, half);
      gradient.compute(shard(examples, COUNT), 1, 5);
      assertThat(gradient(other)).isNotEqualTo(first);
      gradient.compute(shard(examples, COUNT), 0, 5);
      assertThat(gradient(other)).isEqualTo(first);
    }
  }

  /**
   * The difference of their gradients would be free of it. Such are runs with optimizers of a
   * program that have the same name.
   */
  @Test
  void stepsWithOtherParametersShareNoNoise() {
    PrivateGradient gradient = new PrivateGradient(learner, new DpSgd(1, 1, 0.5, 20, KEY));
    List<float[]> noises = new ArrayList<>();
    for (float parameter : new float[] {0.25f, 0.5f, 0.25f}) {
      learner.parameters().write(3, new float[] {parameter}, 1);
      gradient.compute(shard(examples, 0), 0, 7);
      noises.add(gradient(learner));
    }
    assertThat(noises.get(0)).isEqualTo(noises.get(2));
    float[] first = noises.get(0);
    float[] second = noises.get(1);
    double product = 0;
    for (int i = 0; i < first.length; i++) {
      product += first[i] * second[i];
    }
    assertThat(product / length(first) / length(second)).isBetween(-0.4, 0.4);
  }

  @Test
  void anEmptySampleIsAStepOfNoise() {
    float[] noise = compute(new DpSgd(0.5, 2, 0.5, 10, KEY), 0, 1);
    assertThat(length(noise) / Math.sqrt(noise.length)).isCloseTo(0.5 * 2 / 10, within(0.02));
  }

  /** Otherwise one example could destroy the model, or stop the run, which would reveal it. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void anExampleWhoseGradientIsNotFiniteContributesNothing(float value) {
    var builder = new Examples.Builder(SHAPE, SourceSchema.FeatureKind.NUMBERS);
    builder.addRow(new float[] {1, 2, -1, 0, 1}, 1);
    builder.addRow(new float[] {1, value, -value, value, value}, 0);
    Examples broken = builder.build();
    double loss = gradientOf(learner, broken, 0);
    float[] own = gradient(learner);
    PrivateGradient gradient = new PrivateGradient(learner, new DpSgd(100, SILENT, 1, 4, KEY));
    double sum = gradient.compute(shard(broken, 2), 0, 2);
    float[] found = gradient(learner);
    assertThat(sum).isCloseTo(loss, within(1e-6));
    for (int i = 0; i < own.length; i++) {
      assertThat(found[i]).isCloseTo(own[i] / 4, within(1e-6f));
    }
  }

  /** A learner that computes no clipped gradients of batches. */
  private record OneByOne(Learner learner) implements Learner {
    @Override
    public ParameterLayout layout() {
      return learner.layout();
    }

    @Override
    public FloatVector parameters() {
      return learner.parameters();
    }

    @Override
    public FloatVector gradient() {
      return learner.gradient();
    }

    @Override
    public double gradient(Batch batch, long dropoutSeed) {
      return learner.gradient(batch, dropoutSeed);
    }

    @Override
    public int outputs() {
      return learner.outputs();
    }

    @Override
    public float[] predict(Batch batch) {
      return learner.predict(batch);
    }

    @Override
    public void close() {
      learner.close();
    }
  }
}
