package io.centroid.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels against plain loops in double precision, at unusual sizes. */
class DenseKernelsTest {
  private static final List<int[]> SIZES =
      List.of(
          new int[] {1, 1},
          new int[] {3, 1},
          new int[] {1, 7},
          new int[] {5, 10},
          new int[] {33, 129},
          new int[] {7, 5001});

  private final DenseKernels kernels = new DenseKernels();

  static Stream<Arguments> matrices() {
    return SIZES.stream().map(size -> Arguments.of(size[0], size[1]));
  }

  @Test
  void gemmMatchesTheDefinition() {
    for (int[] size :
        new int[][] {{1, 1, 1}, {2, 3, 5}, {64, 10, 128}, {17, 1, 9}, {1, 31, 4}, {13, 7, 1}}) {
      for (int flags = 0; flags < 4; flags++) {
        for (float beta : new float[] {0, 1, -0.5f}) {
          requireProduct(size, (flags & 1) != 0, (flags & 2) != 0, 0.75f, beta);
        }
      }
    }
  }

  private void requireProduct(
      int[] size, boolean transposeA, boolean transposeB, float alpha, float beta) {
    int rows = size[0];
    int columns = size[1];
    int inner = size[2];
    float[] a = random(rows * inner, 1);
    float[] b = random(inner * columns, 2);
    float[] c = random(rows * columns, 3);
    if (beta == 0) {
      Arrays.fill(c, Float.NaN);
    }
    FloatVector into = vector(c);
    kernels.gemm(
        transposeA, transposeB, rows, columns, inner, alpha, vector(a), vector(b), beta, into);
    double[] expected = new double[c.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        for (int k = 0; k < inner; k++) {
          double left = transposeA ? a[k * rows + i] : a[i * inner + k];
          double right = transposeB ? b[j * inner + k] : b[k * columns + j];
          sum += left * right;
        }
        int at = i * columns + j;
        expected[at] = alpha * sum + (beta == 0 ? 0 : beta * c[at]);
      }
    }
    requireNear(into, expected, 1e-5);
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void activationsAndGradientsMatchTheDefinition(int rows, int columns) {
    for (MlpFunction function : MlpFunction.values()) {
      float[] x = random(rows * columns, 4);
      float[] bias = random(columns, 5);
      float[] delta = random(rows * columns, 6);
      FloatVector sums = vector(x);
      FloatVector outputs = FloatVector.allocate(x.length);
      FloatVector deltas = vector(delta);
      kernels.activate(function, rows, columns, sums, vector(bias), outputs);
      DoubleUnaryOperator exact = MlpDefinitions.of(function);
      double[] values = new double[x.length];
      double[] gradients = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        double sum = x[i] + bias[i % columns];
        values[i] = exact.applyAsDouble(sum);
        gradients[i] =
            delta[i] * (exact.applyAsDouble(sum + 1e-6) - exact.applyAsDouble(sum - 1e-6)) / 2e-6;
      }
      requireNear(outputs, values, 1e-6);
      kernels.activationBackward(x.length, sums, deltas);
      requireNear(deltas, gradients, 1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void columnSumsMatchTheDefinition(int rows, int columns) {
    float[] x = random(rows * columns, 7);
    for (float beta : new float[] {0, 1, 0.5f}) {
      float[] before = random(columns, 8);
      if (beta == 0) {
        Arrays.fill(before, Float.NaN);
      }
      double[] expected = new double[columns];
      for (int i = 0; i < x.length; i++) {
        expected[i % columns] += -2.0 * x[i];
      }
      for (int j = 0; j < columns && beta != 0; j++) {
        expected[j] += beta * before[j];
      }
      FloatVector sums = vector(before);
      kernels.columnSums(rows, columns, -2, vector(x), beta, sums);
      requireNear(sums, expected, 1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void softmaxAndCrossEntropyMatchTheDefinition(int rows, int columns) {
    float[] x = random(rows * columns, 9);
    float[] labels = new float[rows];
    double[] probabilities = new double[x.length];
    double[] gradient = new double[x.length];
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      labels[r] = (r * 7) % columns;
      double sum = 0;
      for (int j = 0; j < columns; j++) {
        sum += Math.exp(x[r * columns + j]);
      }
      for (int j = 0; j < columns; j++) {
        int at = r * columns + j;
        probabilities[at] = Math.exp(x[at]) / sum;
        gradient[at] = probabilities[at] - (j == (int) labels[r] ? 1 : 0);
      }
      loss -= Math.log(probabilities[r * columns + (int) labels[r]]);
    }
    FloatVector softmax = vector(x);
    kernels.softmax(rows, columns, softmax);
    requireNear(softmax, probabilities, 1e-6);
    FloatVector scores = vector(x);
    assertThat(kernels.softmaxCrossEntropy(rows, columns, scores, labels))
        .isCloseTo(loss, within(1e-5 * (1 + loss)));
    requireNear(scores, gradient, 2e-6);
  }

  @Test
  void singleOutputLossesMatchTheDefinition() {
    int count = 5003;
    float[] x = random(count, 10);
    float[] targets = new float[count + 3];
    double[] probabilities = new double[count];
    double[] gradients = new double[count];
    double[] errors = new double[count];
    double entropy = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      targets[i] = i % 2;
      probabilities[i] = MlpDefinitions.of(MlpFunction.SIGMOID).applyAsDouble(x[i]);
      gradients[i] = probabilities[i] - targets[i];
      entropy -= Math.log(targets[i] == 1 ? probabilities[i] : 1 - probabilities[i]);
      errors[i] = 2.0 * (x[i] - targets[i]);
      squares += errors[i] * errors[i] / 4;
    }
    FloatVector sigmoid = vector(x);
    kernels.sigmoid(count, sigmoid);
    requireNear(sigmoid, probabilities, 1e-6);
    FloatVector scores = vector(x);
    assertThat(kernels.sigmoidCrossEntropy(count, scores, targets))
        .isCloseTo(entropy, within(1e-5 * entropy));
    requireNear(scores, gradients, 1e-6);
    FloatVector outputs = vector(x);
    assertThat(kernels.squaredError(count, outputs, targets))
        .isCloseTo(squares, within(1e-5 * squares));
    requireNear(outputs, errors, 1e-6);
    FloatVector scaled = vector(x);
    kernels.scale(count, -3, scaled);
    requireNear(scaled, x, -3);
  }

  @Test
  void slicesShareMemory() {
    FloatVector whole = vector(random(40, 11));
    FloatVector slice = whole.slice(7, 20).slice(3, 6);
    slice.load(new float[] {1, 2, 3, 4, 5, 6});
    kernels.scale(6, 2, slice);
    float[] found = new float[8];
    whole.read(9, found, 8);
    float[] before = random(40, 11);
    assertThat(found).containsExactly(before[9], 2, 4, 6, 8, 10, 12, before[16]);
    assertThatThrownBy(() -> slice.read(1, found, 6)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> whole.slice(30, 11)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void outOfBoundsMatricesAndLabelsAreRejected() {
    FloatVector six = FloatVector.allocate(6);
    assertThatThrownBy(() -> kernels.gemm(false, false, 2, 3, 4, 1, six, six, 0, six))
        .hasMessage("a matrix of 2x4 in a vector of 6 floats");
    assertThatThrownBy(() -> kernels.softmaxCrossEntropy(2, 3, six, new float[] {2, 3}))
        .hasMessage("label 3.0 of 3 classes");
  }

  @Test
  void exponentialIsAccurateAndPropagatesNan() {
    for (float x = -87.2f; x < 87.2f; x += 0.00173f) {
      double expected = Math.exp(x);
      assertThat((double) Elementwise.exp(x)).isCloseTo(expected, within(2e-7 * expected));
    }
    assertThat(Elementwise.exp(0)).isEqualTo(1);
    assertThat(Elementwise.exp(Float.NaN)).isNaN();
    assertThat(Elementwise.exp(1e30f)).isFinite();
    assertThat(Elementwise.exp(-1e30f)).isBetween(0f, 2e-38f);
  }

  private static FloatVector vector(float[] values) {
    FloatVector vector = FloatVector.allocate(values.length);
    vector.load(values);
    return vector;
  }

  private static float[] random(int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextDouble() * 4 - 2);
    }
    return values;
  }

  private static void requireNear(FloatVector found, float[] values, double factor) {
    double[] expected = new double[values.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = factor * values[i];
    }
    requireNear(found, expected, 1e-6);
  }

  private static void requireNear(FloatVector found, double[] expected, double tolerance) {
    float[] values = new float[expected.length];
    found.read(0, values, values.length);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) values[i])
          .as("value %d", i)
          .isCloseTo(expected[i], within(tolerance * (1 + largest)));
    }
  }
}
