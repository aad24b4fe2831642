package io.centroid.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecodingKernelsTest {
  private final DecodingKernels kernels = new DecodingKernels();

  @ParameterizedTest
  @CsvSource({"1, 37, 5", "1, 700, 90", "2, 16, 33", "7, 530, 64", "70, 1030, 40"})
  void aBandEqualsThoseColumnsOfTheProduct(int rows, int columns, int inner) {
    int wide = columns + 21;
    FloatVector x = random(rows * inner, 1);
    FloatVector weight = random(inner * wide, 2);
    FloatVector bias = random(wide, 3);
    FloatVector out = random(rows * wide, 4);
    float[] before = values(out);
    FloatVector sum = FloatVector.allocate(out.size());
    sum.load(before);

    Matrix band = new Matrix(weight, 16, wide);
    Matrix left = Matrix.at(x, 0, inner);
    kernels.multiply(rows, columns, inner, left, band, bias, 16, new Matrix(out, 16, wide));
    kernels.addProduct(rows, columns, inner, left, band, bias, 16, new Matrix(sum, 16, wide));

    float[] xValues = values(x);
    float[] weightValues = values(weight);
    float[] biasValues = values(bias);
    float[] outValues = values(out);
    float[] sumValues = values(sum);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < wide; c++) {
        int at = r * wide + c;
        if (c < 16 || c >= 16 + columns) {
          assertThat(outValues[at]).isEqualTo(before[at]);
          continue;
        }
        double expected = biasValues[c];
        for (int k = 0; k < inner; k++) {
          expected += (double) xValues[r * inner + k] * weightValues[k * wide + c];
        }
        assertThat((double) outValues[at]).isCloseTo(expected, within(1e-4));
        assertThat((double) sumValues[at]).isCloseTo(before[at] + expected, within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "1, 150", "3, 150"})
  void multiplyTransposedMatchesTheDefinition(int rows, int columns) {
    int inner = 24;
    FloatVector x = random(rows * inner, 1);
    FloatVector table = random(columns * inner, 2);
    FloatVector out = FloatVector.allocate((long) rows * columns);

    kernels.multiplyTransposed(
        rows,
        columns,
        inner,
        Matrix.at(x, 0, inner),
        Matrix.at(table, 0, inner),
        Matrix.at(out, 0, columns));

    float[] xValues = values(x);
    float[] tableValues = values(table);
    float[] outValues = values(out);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double expected = 0;
        for (int k = 0; k < inner; k++) {
          expected += (double) xValues[r * inner + k] * tableValues[c * inner + k];
        }
        assertThat((double) outValues[r * columns + c]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 9", "4, 4", "4, 9"})
  void attentionIsCausal(int rows, int keyCount) {
    int width = 6;
    FloatVector query = random(rows * width, 1);
    FloatVector keys = random(keyCount * width, 2);
    FloatVector cachedValues = random(keyCount * width, 3);
    FloatVector out = FloatVector.allocate((long) rows * width);

    kernels.attend(
        rows,
        keyCount,
        width,
        0.3f,
        Matrix.at(query, 0, width),
        Matrix.at(keys, 0, width),
        Matrix.at(cachedValues, 0, width),
        FloatVector.allocate((long) rows * keyCount),
        Matrix.at(out, 0, width));

    float[] queryValues = values(query);
    float[] keysValues = values(keys);
    float[] cachedValueArray = values(cachedValues);
    float[] outValues = values(out);
    for (int r = 0; r < rows; r++) {
      int visible = keyCount - rows + r + 1;
      double[] powers = new double[visible];
      double total = 0;
      for (int t = 0; t < visible; t++) {
        double score = 0;
        for (int k = 0; k < width; k++) {
          score += (double) queryValues[r * width + k] * keysValues[t * width + k];
        }
        powers[t] = Math.exp(score * 0.3f);
        total += powers[t];
      }
      for (int k = 0; k < width; k++) {
        double expected = 0;
        for (int t = 0; t < visible; t++) {
          expected += powers[t] / total * cachedValueArray[t * width + k];
        }
        assertThat((double) outValues[r * width + k]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void matricesOutsideTheirVectorAreRejected() {
    FloatVector small = random(10, 1);
    assertThatThrownBy(
            () ->
                kernels.multiplyTransposed(
                    1,
                    3,
                    4,
                    Matrix.at(small, 0, 4),
                    Matrix.at(small, 0, 4),
                    Matrix.at(small, 0, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exceeds 10");
  }

  private static FloatVector random(int size, long seed) {
    float[] values = new float[size];
    RandomStream random = new RandomStream(seed);
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    FloatVector vector = FloatVector.allocate(size);
    vector.load(values);
    return vector;
  }

  private static float[] values(FloatVector vector) {
    float[] values = new float[(int) vector.size()];
    vector.store(values);
    return values;
  }
}
