package io.centroid.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchSpaceTest {
  private static final List<String> RANGES =
      List.of(
          "optimizer.learning-rate=log:1e-4..1e-1",
          "train.batch-size=int:16..256",
          "optimizer.name=choice:sgd,adamw",
          "optimizer.momentum=uniform:0.5..0.99",
          "train.local-steps=logint:1..1000");

  @Test
  void gridIsTheCrossProductInOrder() {
    List<Map<String, String>> grid =
        SearchSpace.grid(List.of("a.b= 0.01 ,0.1", "model.hidden=[64],[128, 64],[]"));
    assertThat(grid)
        .containsExactly(
            Map.of("a.b", "0.01", "model.hidden", "[64]"),
            Map.of("a.b", "0.01", "model.hidden", "[128, 64]"),
            Map.of("a.b", "0.01", "model.hidden", "[]"),
            Map.of("a.b", "0.1", "model.hidden", "[64]"),
            Map.of("a.b", "0.1", "model.hidden", "[128, 64]"),
            Map.of("a.b", "0.1", "model.hidden", "[]"));
    assertThat(grid.get(0).keySet()).containsExactly("a.b", "model.hidden");
  }

  @Test
  void randomDrawsAreTheSameEverywhere() {
    assertThat(SearchSpace.random(RANGES, 4, 1).stream().map(Trial::description))
        .containsExactly(
            "optimizer.learning-rate=0.01528 train.batch-size=186 optimizer.name=adamw"
                + " optimizer.momentum=0.8529 train.local-steps=37",
            "optimizer.learning-rate=0.03093 train.batch-size=190 optimizer.name=sgd"
                + " optimizer.momentum=0.7116 train.local-steps=3",
            "optimizer.learning-rate=0.0001026 train.batch-size=197 optimizer.name=adamw"
                + " optimizer.momentum=0.8686 train.local-steps=1",
            "optimizer.learning-rate=0.0708 train.batch-size=198 optimizer.name=sgd"
                + " optimizer.momentum=0.5668 train.local-steps=180");
  }

  @Test
  void aTrialKeepsItsSettingsWhenThereAreMore() {
    assertThat(SearchSpace.random(RANGES, 30, 7).subList(0, 10))
        .isEqualTo(SearchSpace.random(RANGES, 10, 7))
        .isNotEqualTo(SearchSpace.random(RANGES, 10, 8));
    assertThat(SearchSpace.random(RANGES.subList(0, 1), 3, 7).get(2).values())
        .containsExactly(SearchSpace.random(RANGES, 3, 7).get(2).get("optimizer.learning-rate"));
  }

  /** A quarter of the draws is in each quarter of the distribution: 1000 draws, 5 deviations. */
  @Test
  void drawsFollowTheirDistributions() {
    List<Map<String, String>> draws = SearchSpace.random(RANGES, 999, 3);
    assertThat(below(draws, "optimizer.learning-rate", Math.pow(10, -2.5))).isBetween(420L, 580L);
    assertThat(below(draws, "train.batch-size", 136)).isBetween(420L, 580L);
    assertThat(below(draws, "optimizer.momentum", 0.745)).isBetween(420L, 580L);
    assertThat(below(draws, "train.local-steps", 22)).isBetween(410L, 570L);
    assertThat(draws)
        .allSatisfy(
            draw -> {
              assertThat(Double.parseDouble(draw.get("optimizer.learning-rate")))
                  .isBetween(1e-4, 1e-1);
              assertThat(Integer.parseInt(draw.get("train.batch-size"))).isBetween(16, 256);
              assertThat(Double.parseDouble(draw.get("optimizer.momentum"))).isBetween(0.5, 0.99);
              assertThat(Integer.parseInt(draw.get("train.local-steps"))).isBetween(1, 1000);
            });
    assertThat(draws.stream().filter(draw -> "sgd".equals(draw.get("optimizer.name"))).count())
        .isBetween(420L, 580L);
  }

  private static long below(List<Map<String, String>> draws, String key, double bound) {
    return draws.stream().filter(draw -> Double.parseDouble(draw.get(key)) < bound).count();
  }

  @Test
  void everyValueOfASmallRangeIsDrawnOnce() {
    List<String> few = List.of("train.seed=int:1..3", "optimizer.name=choice:sgd,adamw");
    List<Map<String, String>> all = SearchSpace.random(few, 6, 1);
    assertThat(new HashSet<>(all)).hasSize(6);
    assertThatThrownBy(() -> SearchSpace.random(few, 7, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("--random 7: the ranges seem to have only 6 different settings; use --grid");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | log:1e-4..1e-1 | 0.0001",
        "0.5 | log:1e-4..1e-1 | 0.003162",
        "0.9999999 | log:1e-4..1e-1 | 0.1",
        "0.5 | log:1e-12..1e-8 | 1e-10",
        "0.123456789 | uniform:0..0.5 | 0.0617",
        "0.123456789 | uniform:-1000..1000 | -753",
        "0.999 | int:-2..2 | 2",
        "0 | int:-2..2 | -2",
        "0 | logint:1..4 | 1",
        "0.5 | logint:1..4 | 2",
        "0.99 | choice:[64],[128, 64] | [128, 64]"
      })
  void valuesAtQuantiles(double quantile, String range, String value) {
    assertThat(Range.parse("--range k", range).at(quantile)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "log:0..1 | --range k: expected LOW above 0, since it is logarithmic, found \"0..1\"",
        "log:1..1 | --range k: expected LOW below HIGH, found \"1..1\"",
        "uniform:1,2 | --range k: expected LOW..HIGH, found \"1,2\"",
        "uniform:a..b | --range k: expected two numbers LOW..HIGH, found \"a..b\"",
        "uniform:0..1e999 | --range k: expected two numbers LOW..HIGH, found \"0..1e999\"",
        "int:1.5..2 | --range k: expected two whole numbers LOW..HIGH, found \"1.5..2\"",
        "choice:a,,b | --range k: expected values separated by commas, found none in place 2"
      })
  void otherRangesAreRefused(String range, String message) {
    assertThatThrownBy(() -> Range.parse("--range k", range))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }

  @Test
  void otherOptionsAreRefused() {
    assertRefused(List.of("a.b"), "--grid a.b: expected KEY=, found no key");
    assertRefused(List.of("a.b=1", "a.b=2"), "--grid a.b is given twice");
    assertRefused(List.of("a.b=1,2,1"), "--grid a.b has the value 1 twice");
    String many = String.join(",", IntStream.range(0, 40).mapToObj(Integer::toString).toList());
    assertRefused(
        List.of("a=" + many, "b=" + many), "a sweep has at most 999 trials, this one has 1600");
  }

  private static void assertRefused(List<String> options, String message) {
    assertThatThrownBy(() -> SearchSpace.grid(options))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }
}
