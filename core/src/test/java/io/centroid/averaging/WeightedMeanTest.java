package io.centroid.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.centroid.averaging.codec.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightedMeanTest {

  private record Weighted(float[] values, double weight) {}

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 4097, 10_000})
  void isTheMeanInDoublePrecisionForAnyLength(int length) {
    List<Weighted> parts =
        List.of(weighted(length, 1, 3), weighted(length, 2, 0), weighted(length, 3, 500));
    float[] mean = mean(parts);
    assertThat(mean).hasSize(length);
    for (int i = 0; i < length; i++) {
      double sum = 3.0 * parts.get(0).values()[i];
      sum += 500.0 * parts.get(2).values()[i];
      assertThat(mean[i]).isEqualTo((float) (sum / 503.0));
    }
  }

  @Test
  void aVectorOfWeightZeroIsSkippedEvenIfItHasNaNs() {
    Weighted broken = new Weighted(new float[] {Float.NaN, Float.POSITIVE_INFINITY}, 0);
    assertThat(mean(List.of(broken, new Weighted(new float[] {1, 2}, 7)))).containsExactly(1, 2);
  }

  @Test
  void zeroWeightsGiveZeros() {
    assertThat(mean(List.of(weighted(5, 1, 0), weighted(5, 2, 0)))).containsOnly(0).hasSize(5);
  }

  @ParameterizedTest
  @EnumSource
  void decodingPayloadsInPartsIsBitwiseIdentical(Codec.Name name) {
    Codec codec = Codec.of(name, 0.1);
    int length = 3 * 65_536 + 4097;
    List<Weighted> encoded = List.of(weighted(length, 1, 3), weighted(length, 2, 500));
    List<byte[]> payloads =
        encoded.stream().map(part -> codec.encode(part.values(), 0, length)).toList();
    List<Weighted> decoded =
        List.of(
            new Weighted(decoded(codec, payloads.get(0), length), 3),
            new Weighted(decoded(codec, payloads.get(1), length), 500));
    float[] into = new float[length + 9];
    WeightedMean.ofPayloads(codec, payloads, List.of(3L, 500L), into, 9, length + 9);
    assertThat(Arrays.copyOfRange(into, 9, length + 9)).isEqualTo(mean(decoded));
    assertThat(Arrays.copyOf(into, 9)).containsOnly(0);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> WeightedMean.ofPayloads(codec, payloads, List.of(3L, 500L), into, 0, 4096));
  }

  private static float[] decoded(Codec codec, byte[] payload, int length) {
    float[] values = new float[length];
    codec.decode(payload, values, 0, length);
    return values;
  }

  @Test
  void theLastBitsDependOnTheOrder() {
    List<Weighted> parts =
        List.of(
            new Weighted(new float[] {1e20f}, 1),
            new Weighted(new float[] {-1e20f}, 1),
            new Weighted(new float[] {3}, 1));
    List<Weighted> reordered = new ArrayList<>(List.of(parts.get(2), parts.get(0), parts.get(1)));
    assertThat(mean(parts)).containsExactly(1);
    assertThat(mean(reordered)).containsExactly(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4097, 10_000})
  void slicesAreBitwiseIdenticalToTheWhole(int length) {
    List<Weighted> parts =
        List.of(
            weighted(length, 1, 320),
            weighted(length, 2, 0),
            weighted(length, 3, 17),
            weighted(length, 4, 0.1));
    float[] whole = mean(parts);
    assertThat(new WeightedMean(length).mean()).isEqualTo(new float[length]);
    for (int from = 0; from < length; from += 1000) {
      int start = from;
      int to = Math.min(from + 1000, length);
      List<Weighted> slices =
          parts.stream()
              .map(
                  weighted ->
                      new Weighted(
                          Arrays.copyOfRange(weighted.values(), start, to), weighted.weight()))
              .toList();
      assertThat(mean(slices)).isEqualTo(Arrays.copyOfRange(whole, from, to));
    }
  }

  @Test
  void aVectorOfAnotherLengthIsRejected() {
    WeightedMean mean = new WeightedMean(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mean.add(new float[4], 1))
        .withMessage("a vector must have 3 values: 4");
  }

  private static float[] mean(List<Weighted> parts) {
    WeightedMean mean = new WeightedMean(parts.get(0).values().length);
    parts.forEach(weighted -> mean.add(weighted.values(), weighted.weight()));
    return mean.mean();
  }

  private static Weighted weighted(int length, long seed, double weight) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return new Weighted(values, weight);
  }
}
