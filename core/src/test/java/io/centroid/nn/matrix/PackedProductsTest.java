package io.centroid.nn.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.nn.kernels.DecodingKernels;
import io.centroid.nn.kernels.FloatVector;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Products with packed weights against sums in double precision. */
class PackedProductsTest {
  private static final int INPUTS = 96;
  private static final int OUTPUTS = 211;

  /** Root mean square of the exact products: of INPUTS terms of variance 1/9. */
  private static final double SIZE = Math.sqrt(INPUTS) / 3;

  private final float[] weight = random(1, INPUTS * OUTPUTS);
  private final float[] bias = random(2, OUTPUTS);

  @ParameterizedTest
  @CsvSource({
    "BFLOAT16, 1, false, 1",
    "BFLOAT16, 3, true, 2",
    "BFLOAT16, 16, true, 1",
    "BFLOAT16, 17, false, 3",
    "BFLOAT16, 100, true, 2",
    "INT8, 1, false, 1",
    "INT8, 3, true, 2",
    "INT8, 16, false, 3",
    "INT8, 33, true, 1",
    "INT8, 256, false, 2"
  })
  void productsAreThoseOfTheFloats(WeightFormat format, int rows, boolean transposed, int threads) {
    LowPrecision.assume(format);
    float[] x = random(3, rows * INPUTS);

    float[] out = product(format, rows, x, transposed, threads, false);
    float[] added = product(format, rows, x, transposed, threads, true);

    double worst = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < OUTPUTS; c++) {
        double exact = bias[c];
        for (int i = 0; i < INPUTS; i++) {
          exact += (double) x[r * INPUTS + i] * weight[i * OUTPUTS + c];
        }
        worst = Math.max(worst, Math.abs(out[r * OUTPUTS + c] - exact) / SIZE);
        assertThat(added[r * OUTPUTS + c]).isCloseTo(2 + out[r * OUTPUTS + c], within(1e-5f));
      }
    }
    // Rounding of a factor is at most 2^-9 of it, or half of a 127th of the largest of a row.
    assertThat(worst).isLessThan(format == WeightFormat.INT8 ? 0.03 : 0.015).isGreaterThan(1e-5);
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "INT8"})
  void threadsAndRepetitionsAreBitwiseIdentical(WeightFormat format) {
    LowPrecision.assume(format);
    float[] x = random(4, 20 * INPUTS);

    float[] alone = product(format, 20, x, false, 1, false);

    for (int threads : new int[] {1, 2, 3, 5}) {
      assertThat(product(format, 20, x, false, threads, false)).isEqualTo(alone);
    }
    assertThat(product(format, 20, x, true, 2, false)).isEqualTo(alone);
  }

  @Test
  void rowsAndOutputsHaveScalesOfTheirOwn() {
    LowPrecision.assume(WeightFormat.INT8);
    float[] x = random(5, 2 * INPUTS);
    for (int i = 0; i < INPUTS; i++) {
      x[INPUTS + i] = 1e-3f * x[i];
      for (int c = 0; c < OUTPUTS; c += 2) {
        weight[i * OUTPUTS + c] *= 1e4f;
      }
    }
    Arrays.fill(bias, 0);

    float[] out = product(WeightFormat.INT8, 2, x, false, 1, false);

    for (int c = 0; c < OUTPUTS; c++) {
      assertThat(out[OUTPUTS + c] / out[c]).isCloseTo(1e-3f, within(2e-5f));
    }
    double even =
        IntStream.range(0, OUTPUTS).filter(c -> c % 2 == 0).mapToDouble(c -> sq(out[c])).sum();
    double odd =
        IntStream.range(0, OUTPUTS).filter(c -> c % 2 == 1).mapToDouble(c -> sq(out[c])).sum();
    assertThat(Math.sqrt(even / odd)).isBetween(0.5e4, 2e4);
  }

  @Test
  void zerosAndNotFiniteValues() {
    LowPrecision.assume(WeightFormat.INT8);
    float[] x = random(6, 3 * INPUTS);
    Arrays.fill(x, 0, INPUTS, 0);
    x[2 * INPUTS + 7] = Float.NaN;

    float[] out = product(WeightFormat.INT8, 3, x, false, 1, false);

    assertThat(Arrays.copyOf(out, OUTPUTS)).isEqualTo(bias);
    assertThat(out[OUTPUTS]).isFinite();
    assertThat(out[2 * OUTPUTS]).isNaN();
  }

  @Test
  void weightsOfOtherTeamsOrClosedAreRefused() {
    LowPrecision.assume(WeightFormat.INT8);
    try (FloatVector floats = vector(weight);
        FloatVector input = vector(random(7, INPUTS));
        FloatVector out = FloatVector.allocate(OUTPUTS);
        DecodingProducts alone = new DecodingProducts(new DecodingKernels(), 0, 1);
        DecodingProducts inPair = new DecodingProducts(new DecodingKernels(), 0, 2)) {
      PackedWeight packed =
          PackedWeight.pack(
              WeightFormat.INT8, new DecodingWeight.Floats(floats, INPUTS, OUTPUTS, false), 1);
      alone.multiply(1, input, packed, null, false, out);
      assertThatThrownBy(() -> inPair.multiply(1, input, packed, null, false, out))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the weight is packed for 1 threads: 2");
      packed.close();
      assertThatThrownBy(() -> alone.multiply(1, input, packed, null, false, out))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the packed weight is closed");
    }
  }

  @Test
  void scratchMemoryIsAllocatedAgainAfterAFailure() {
    LowPrecision.assume(WeightFormat.INT8);
    try (Scratch scratch = new Scratch()) {
      assertThat(scratch.of(1_000).capacity()).isGreaterThanOrEqualTo(1_000);
      assertThatThrownBy(() -> scratch.of(1L << 50)).isInstanceOf(OutOfMemoryError.class);
      assertThat(scratch.of(5_000).capacity()).isGreaterThanOrEqualTo(5_000);
    }
  }

  /** x * weight + bias, or that plus 2. */
  private float[] product(
      WeightFormat format, int rows, float[] x, boolean transposed, int threads, boolean adds) {
    float[] stored = transposed ? transpose(weight) : weight;
    try (FloatVector floats = vector(stored);
        FloatVector biases = vector(bias);
        FloatVector input = vector(x);
        FloatVector out = FloatVector.allocate((long) rows * OUTPUTS);
        PackedWeight packed =
            PackedWeight.pack(
                format, new DecodingWeight.Floats(floats, INPUTS, OUTPUTS, transposed), threads)) {
      float[] start = new float[rows * OUTPUTS];
      Arrays.fill(start, 2);
      out.load(start);
      for (int thread = 0; thread < threads; thread++) {
        try (DecodingProducts products =
            new DecodingProducts(new DecodingKernels(), thread, threads)) {
          products.multiply(rows, input, packed, biases, adds, out);
        }
      }
      float[] result = new float[rows * OUTPUTS];
      out.store(result);
      return result;
    }
  }

  private static double sq(double x) {
    return x * x;
  }

  private static float[] transpose(float[] weight) {
    float[] transposed = new float[weight.length];
    for (int i = 0; i < INPUTS; i++) {
      for (int c = 0; c < OUTPUTS; c++) {
        transposed[c * INPUTS + i] = weight[i * OUTPUTS + c];
      }
    }
    return transposed;
  }

  private static FloatVector vector(float[] values) {
    FloatVector vector = FloatVector.allocate(values.length);
    vector.load(values);
    return vector;
  }

  private static float[] random(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }
}
