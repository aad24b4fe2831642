package io.centroid.nn.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products with rounded factors against sums in double precision of equally rounded factors. */
class Bfloat16ProductsTest {
  @BeforeEach
  void needsInstructions() {
    LowPrecision.assume(WeightFormat.BFLOAT16);
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, false, 64, 96, 80", "false, true, false, 33, 50, 17",
    "true, false, false, 40, 31, 70", "true, true, false, 5, 6, 7",
    "false, false, true, 1, 130, 64", "true, false, true, 48, 64, 128"
  })
  void productsAreExactUpToTheSums(
      boolean transposeA, boolean transposeB, boolean adds, int rows, int columns, int inner) {
    SplittableRandom random = new SplittableRandom(1);
    int strideA = (transposeA ? rows : inner) + 3;
    int strideB = (transposeB ? inner : columns) + 5;
    int strideC = columns + 7;
    float[] a = random(random, 2 + (transposeA ? inner : rows) * strideA);
    float[] b = random(random, 4 + (transposeB ? columns : inner) * strideB);
    float[] c = random(random, 6 + rows * strideC);
    try (FloatVector vectorA = vector(a);
        FloatVector vectorB = vector(b);
        FloatVector vectorC = vector(c);
        MatrixProducts products = MatrixProducts.of(Precision.BFLOAT16)) {
      products.multiply(
          transposeA,
          transposeB,
          rows,
          columns,
          inner,
          new Matrix(vectorA, 2, strideA),
          new Matrix(vectorB, 4, strideB),
          adds,
          new Matrix(vectorC, 6, strideC));
      float[] out = new float[c.length];
      vectorC.store(out);

      for (int at = 0; at < out.length; at++) {
        int row = Math.floorDiv(at - 6, strideC);
        int column = Math.floorMod(at - 6, strideC);
        double expected = c[at];
        double tolerance = 0;
        if (at >= 6 && row < rows && column < columns) {
          expected = adds ? c[at] : 0;
          for (int i = 0; i < inner; i++) {
            float left = a[2 + (transposeA ? i * strideA + row : row * strideA + i)];
            float right = b[4 + (transposeB ? column * strideB + i : i * strideB + column)];
            expected += (double) rounded(left) * rounded(right);
          }
          tolerance = 1e-5 * Math.sqrt(inner);
        }
        assertThat(Math.abs(out[at] - expected)).as("at %d", at).isLessThanOrEqualTo(tolerance);
      }
    }
  }

  /** The nearest bfloat16, ties to even. */
  private static float rounded(float x) {
    int bits = Float.floatToRawIntBits(x);
    int up = bits + 0x7fff + (bits >>> 16 & 1);
    return Float.intBitsToFloat(up & 0xffff0000);
  }

  private static FloatVector vector(float[] values) {
    FloatVector vector = FloatVector.allocate(values.length);
    vector.load(values);
    return vector;
  }

  private static float[] random(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }
}
