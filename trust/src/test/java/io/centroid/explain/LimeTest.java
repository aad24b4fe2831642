package io.centroid.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.InputShape;
import io.centroid.error.InputException;
import io.centroid.explain.image.Segments;
import io.centroid.random.RandomStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** LIME on models whose important features are planted. */
class LimeTest {

  /** The sigmoid of 4 * (mean of square 6) - 3 * (mean of square 11) in a grid of 4 x 4 squares. */
  @Test
  void findsThePlantedSegmentsOfAnImage() throws IOException {
    InputShape shape = new InputShape(1, 28, 28);
    List<int[]> squares = Segments.grid(shape, 7);
    ModelFunction planted =
        rows ->
            Arrays.stream(rows)
                .map(
                    row ->
                        new double[] {
                          sigmoid(4 * mean(row, squares.get(6)) - 3 * mean(row, squares.get(11)))
                        })
                .toArray(double[][]::new);
    float[] image = new float[784];
    Arrays.fill(image, 1);
    MaskedModel model = new MaskedModel(planted, image, new float[1][784], squares);
    Attribution found = new Lime(1000, 1).explain(model).get(0);
    assertThat(order(found)).startsWith(6, 11);
    assertThat(found.contributions()[6]).isBetween(0.3, 0.8);
    assertThat(found.contributions()[11]).isBetween(-0.8, -0.2);
    for (int i : new int[] {0, 1, 5, 15}) {
      assertThat(found.contributions()[i]).isCloseTo(0, within(0.05));
    }
    assertThat(found.value()).isCloseTo(sigmoid(1), within(1e-6));
    assertThat(found.r2()).isGreaterThan(0.9);
    assertThat(found.error()).isPositive().isLessThan(0.05);
  }

  /** With many samples the coefficients of an additive model are its terms. */
  @Test
  void theLocalModelOfAnAdditiveFunctionIsTheFunction() throws IOException {
    ModelFunction linear =
        rows ->
            Arrays.stream(rows)
                .map(row -> new double[] {2 + 3 * row[0] - row[1], row[2]})
                .toArray(double[][]::new);
    MaskedModel model =
        new MaskedModel(linear, new float[] {1, 2, 4}, new float[1][3], MaskedModel.columns(3));
    List<Attribution> found = new Lime(5000, 1).explain(model);
    assertThat(found.get(0).contributions()).containsExactly(new double[] {3, -2, 0}, within(0.04));
    assertThat(found.get(0).base()).isCloseTo(2, within(0.04));
    assertThat(found.get(1).contributions()).containsExactly(new double[] {0, 0, 4}, within(0.04));
    assertThat(found.get(0).r2()).isGreaterThan(0.999);
  }

  @Test
  void findsThePlantedWordsOfATextInEnglishAndChinese() throws IOException {
    TextFunction planted =
        texts ->
            texts.stream()
                .map(
                    text ->
                        new double[] {
                          0.2
                              + (text.contains("awful") ? -0.15 : 0)
                              + (text.contains("didn't") || text.contains("好") ? 0.5 : 0)
                        })
                .toArray(double[][]::new);
    MaskedText english =
        new MaskedText(planted, "The plot was awful, but it didn't bore me at all.", "");
    Attribution found = new Lime(600, 1).explain(english).get(0);
    assertThat(order(found)).startsWith(6, 3);
    assertThat(found.contributions()[6]).isCloseTo(0.5, within(0.03));
    assertThat(found.contributions()[3]).isCloseTo(-0.15, within(0.03));
    MaskedText chinese = new MaskedText(planted, "这部电影很好看。", "");
    assertThat(order(new Lime(600, 1).explain(chinese).get(0))).startsWith(5);
    assertThat(new KernelShap(600, 1).explain(chinese).get(0).contributions()[5])
        .isCloseTo(0.5, within(1e-9));
  }

  /** Column 3 counts above its upper quartile, column 7 if it is category 2. */
  @Test
  void findsThePlantedColumnsOfATable() throws IOException {
    RandomStream random = new RandomStream(5);
    float[][] data = Models.rows(500, 10, 6);
    for (int i = 0; i < data.length; i++) {
      data[i][3] = (i - 249.5f) / 250;
      data[i][7] = random.nextInt(4);
    }
    ModelFunction planted =
        rows ->
            Arrays.stream(rows)
                .map(row -> new double[] {(row[3] > 0.503 ? 0.6 : 0) - (row[7] == 2 ? 0.3 : 0)})
                .toArray(double[][]::new);
    float[] input = data[0].clone();
    input[3] = 0.9f;
    input[7] = 2;
    Attribution found = new LimeTable(3000, 1, 1).explain(planted, input, data).get(0);
    assertThat(order(found)).startsWith(3, 7);
    assertThat(found.contributions()[3]).isCloseTo(0.6, within(0.06));
    assertThat(found.contributions()[7]).isCloseTo(-0.3, within(0.04));
    assertThat(found.value()).isCloseTo(0.3, within(1e-9));
    assertThat(found.r2()).isGreaterThan(0.9);
    assertThat(new LimeTable(3000, 1, 1).explain(planted, input, data).get(0).contributions())
        .isEqualTo(found.contributions());
    assertThat(new LimeTable(3000, 1, 2).explain(planted, input, data).get(0).contributions())
        .isNotEqualTo(found.contributions());
  }

  @Test
  void anInputThatEqualsTheBackgroundHasNoContributions() throws IOException {
    MaskedModel model =
        new MaskedModel(
            Models.interacting(3), new float[3], new float[2][3], MaskedModel.columns(3));
    Attribution found = new Lime(10, 1).explain(model).get(0);
    assertThat(found.contributions()).containsOnly(0);
    assertThat(found.base()).isEqualTo(found.value());
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> new Lime(3, 1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new Lime(10, 0, 1, 1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new LimeTable(10, 0, 1)).isInstanceOf(InputException.class);
  }

  /** Features by decreasing size of their contributions. */
  private static List<Integer> order(Attribution found) {
    return IntStream.range(0, found.contributions().length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -Math.abs(found.contributions()[i])))
        .toList();
  }

  private static double mean(float[] row, int[] columns) {
    return Arrays.stream(columns).mapToDouble(column -> row[column]).average().orElseThrow();
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
