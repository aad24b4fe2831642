package io.centroid.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.digits.DigitsSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShardTest {
  private static final TableSource SOURCE = new TableSource(3001, 100, 4, 3);

  @Test
  void trainingAndValidationPartitionTheExamples() {
    Set<Float> train = numbers(3, false);
    Set<Float> validation = numbers(3, true);
    assertThat(train).doesNotContainAnyElementsOf(validation);
    assertThat(train.size() + validation.size()).isEqualTo(3001);
    assertThat(validation.size()).isBetween(500, 700);
  }

  @Test
  void theValidationSetIsTheSameForAnyNumberOfWorkers() {
    assertThat(numbers(1, true)).isEqualTo(numbers(3, true)).isEqualTo(numbers(8, true));
  }

  @Test
  void testDataIsNeverSplit() {
    Shard shard = Shard.read(SOURCE, Split.TEST, 1, 0.5, 0, 1);
    assertThat(shard.train().count()).isEqualTo(100);
    assertThat(shard.validation().count()).isZero();
  }

  @Test
  void momentsCoverOnlyTheTrainingExamples() {
    DataSummary summary = summary(3, 0.2);
    List<Shard> shards = shards(3, 0.2);
    for (int column = 0; column < 4; column++) {
      List<Float> values = new ArrayList<>();
      for (Shard shard : shards) {
        float[] numbers = ((Features.Numbers) shard.train().features()).values();
        for (int i = column; i < shard.train().count() * 4; i += 4) {
          values.add(numbers[i]);
        }
      }
      double mean = values.stream().mapToDouble(value -> value).average().orElseThrow();
      double variance =
          values.stream().mapToDouble(v -> (v - mean) * (v - mean)).average().orElseThrow();
      assertThat(summary.mean()[column]).isCloseTo(mean, within(1e-9));
      assertThat(summary.standardDeviation()[column]).isCloseTo(Math.sqrt(variance), within(1e-9));
    }
    assertThat(summary.classes()).isEqualTo(3);
    assertThat(summary.largestShard())
        .isEqualTo(shards.stream().mapToInt(shard -> shard.train().count()).max().orElseThrow());
  }

  @Test
  void imagesHaveOneMomentForAllPixels() {
    DigitsSource digits = new DigitsSource(3, 50, 1);
    Shard shard = Shard.read(digits, Split.TRAIN, 1, 0, 0, 1);
    DataSummary summary = new DataSummary(List.of(shard.summary()));
    byte[] pixels = ((Features.Pixels) shard.train().features()).values();
    double sum = 0;
    double squares = 0;
    int used = 50 * 784;
    for (int i = 0; i < used; i++) {
      int pixel = pixels[i] & 0xFF;
      sum += pixel;
      squares += pixel * pixel;
    }
    double mean = sum / used;
    assertThat(summary.mean()).containsExactly(new double[] {mean}, within(1e-9));
    assertThat(summary.standardDeviation()[0])
        .isCloseTo(Math.sqrt(squares / used - mean * mean), within(1e-9));
  }

  @Test
  void theDigestDependsOnDataAndWorkers() {
    assertThat(summary(2, 0.2).sha256()).isEqualTo(summary(2, 0.2).sha256());
    assertThat(summary(3, 0.2).sha256()).isNotEqualTo(summary(2, 0.2).sha256());
    Shard other = Shard.read(new TableSource(3000, 1, 4, 3), Split.TRAIN, 9, 0.2, 0, 1);
    assertThat(new DataSummary(List.of(other.summary())).sha256())
        .isNotEqualTo(summary(1, 0.2).sha256());
  }

  @Test
  void eachEpochHasItsOwnPermutation() {
    int[] order = EpochOrder.of(1000, 1, 2, 3);
    assertThat(order.clone()).containsExactlyInAnyOrder(EpochOrder.of(1000, 9, 9, 9));
    assertThat(java.util.Arrays.stream(order).sorted().toArray())
        .isEqualTo(java.util.stream.IntStream.range(0, 1000).toArray());
    assertThat(EpochOrder.of(1000, 1, 2, 3)).isEqualTo(order);
    assertThat(EpochOrder.of(1000, 1, 3, 3)).isNotEqualTo(order);
    assertThat(EpochOrder.of(1000, 1, 2, 4)).isNotEqualTo(order);
    assertThat(EpochOrder.of(1000, 2, 2, 3)).isNotEqualTo(order);
    assertThat(EpochOrder.of(0, 1, 1, 1)).isEmpty();
  }

  @Test
  void aBatchHasNormalizedRowsInTheGivenOrder() {
    Shard shard = Shard.read(SOURCE, Split.TRAIN, 1, 0, 0, 1);
    Batch batch = new Batch(shard.train().shape(), 3);
    Normalization halved = new Normalization(new float[] {1}, new float[] {0.5f});
    batch.fill(shard.train(), halved, new int[] {9, 7, 5, 3}, 1, 3);
    assertThat(batch.size()).isEqualTo(2);
    float[] expected = SOURCE.values(Split.TRAIN, 7);
    for (int i = 0; i < 4; i++) {
      assertThat(batch.inputs()[i]).isEqualTo((expected[i] - 1) * 0.5f);
    }
    assertThat(batch.targets()[1]).isEqualTo(SOURCE.target(SOURCE.values(Split.TRAIN, 5)));
    batch.fill(shard.train(), halved, 3000, 3001);
    assertThat(batch.size()).isEqualTo(1);
    assertThat(batch.inputs()[0]).isEqualTo((3000 * 1e-3f - 1) * 0.5f);
  }

  @Test
  void pixelsAreUnsignedAndScaledToOne() {
    Examples.Builder images =
        new Examples.Builder(new InputShape(1, 1, 3), SourceSchema.FeatureKind.PIXELS);
    images.addImage(new byte[] {9, 0, (byte) 255, (byte) 128}, 1, 4);
    Batch batch = new Batch(new InputShape(1, 1, 3), 1);
    DataSummary unused = summary(1, 0);
    batch.fill(images.build(), Normalization.of(Normalization.Method.UNIT, unused), 0, 1);
    assertThat(batch.inputs()).containsExactly(new float[] {0, 1, 128 / 255f}, within(1e-6f));
    batch.fill(images.build(), Normalization.of(Normalization.Method.NONE, unused), 0, 1);
    assertThat(batch.inputs()).containsExactly(0, 255, 128);
    batch.fill(
        images.build(), new Normalization(new float[] {0, 5, 28}, new float[] {1, 2, 0.1f}), 0, 1);
    assertThat(batch.inputs()).containsExactly(0, 500, 10);
  }

  @Test
  void standardizedColumnsHaveMeanZeroAndDeviationOne() {
    Shard shard = Shard.read(SOURCE, Split.TRAIN, 1, 0, 0, 1);
    Batch batch = new Batch(shard.train().shape(), 3001);
    batch.fill(
        shard.train(),
        Normalization.of(
            Normalization.Method.STANDARDIZE, new DataSummary(List.of(shard.summary()))),
        0,
        3001);
    for (int column = 0; column < 4; column++) {
      double sum = 0;
      double squares = 0;
      for (int row = 0; row < 3001; row++) {
        double value = batch.inputs()[row * 4 + column];
        sum += value;
        squares += value * value;
      }
      assertThat(sum / 3001).isCloseTo(0, within(1e-5));
      assertThat(squares / 3001).isCloseTo(1, within(1e-4));
    }
  }

  @Test
  void aConstantColumnIsNotScaled() {
    Examples.Builder rows =
        new Examples.Builder(InputShape.row(1), SourceSchema.FeatureKind.NUMBERS);
    rows.addRow(new float[] {0.2f}, 0);
    double[] sum = new double[1];
    double[] squares = new double[1];
    for (int i = 0; i < 1000; i++) {
      sum[0] += 0.1f;
      squares[0] += (double) 0.1f * 0.1f * (1 + 1e-13);
    }
    ShardSummary summary =
        new ShardSummary(
            InputShape.row(1),
            1000,
            0,
            0,
            0,
            Moments.NONE,
            -1,
            ExampleSink.TextCounts.NONE,
            new long[1],
            sum,
            squares,
            "");
    Batch batch = new Batch(InputShape.row(1), 1);
    batch.fill(
        rows.build(),
        Normalization.of(Normalization.Method.STANDARDIZE, new DataSummary(List.of(summary))),
        0,
        1);
    assertThat(batch.inputs()[0]).isCloseTo(0.1f, within(1e-5f));
  }

  @Test
  void missingValuesAreLeftOutOfTheMomentsAndReplacedByTheMean() {
    float nan = Float.NaN;
    float[][] table = {{1, nan}, {3, 10}, {nan, 20}, {5, nan}};
    TableRows source = new TableRows(table);
    Shard shard = Shard.read(source, Split.TRAIN, 1, 0, 0, 1);
    DataSummary summary = new DataSummary(List.of(shard.summary()));
    assertThat(summary.missing()).containsExactly(1, 2);
    assertThat(summary.mean()).containsExactly(3, 15);
    assertThat(summary.standardDeviation()[0]).isCloseTo(Math.sqrt(8 / 3.0), within(1e-12));
    assertThat(summary.standardDeviation()[1]).isEqualTo(5);
    Normalization scaling = Normalization.of(Normalization.Method.STANDARDIZE, summary);
    Batch batch = new Batch(InputShape.row(2), 4);
    batch.fill(shard.train(), scaling, 0, 4);
    float unit = (float) Math.sqrt(1.5);
    assertThat(batch.inputs())
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-6 ? 0 : 1)
        .containsExactly(-unit, 0, 0, -1, 0, 1, unit, 0);
    assertThat(scaling.imputed(table[2])).containsExactly(3, 20);
    batch.fill(shard.train(), Normalization.NONE, 0, 1);
    assertThat(batch.inputs()[1]).isNaN();
  }

  /** Rows with missing values. */
  private record TableRows(float[][] rows) implements ExampleSource {
    @Override
    public SourceSchema schema(Split split) {
      return new SourceSchema(
          InputShape.row(rows[0].length),
          SourceSchema.FeatureKind.NUMBERS,
          OptionalLong.empty(),
          true);
    }

    @Override
    public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
      for (int i = 0; i < rows.length; i++) {
        sink.row(i, rows[i], 0);
      }
    }
  }

  private static Set<Float> numbers(int workers, boolean validation) {
    Set<Float> numbers = new HashSet<>();
    for (Shard shard : shards(workers, 0.2)) {
      Examples examples = validation ? shard.validation() : shard.train();
      float[] values = ((Features.Numbers) examples.features()).values();
      for (int i = 0; i < examples.count(); i++) {
        assertThat(numbers.add(values[i * 4])).isTrue();
      }
    }
    return numbers;
  }

  private static DataSummary summary(int workers, double split) {
    return new DataSummary(shards(workers, split).stream().map(Shard::summary).toList());
  }

  private static List<Shard> shards(int workers, double split) {
    List<Shard> shards = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      shards.add(Shard.read(SOURCE, Split.TRAIN, 9, split, worker, workers));
    }
    return shards;
  }
}
