package io.centroid.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Moments;
import io.centroid.io.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GroupMetricsTest {
  /** Of 20: 14 right, 10 predicted positive, 8 of them right, 12 positive. */
  private static final Evaluation SOUTH = binary(6, 2, 4, 8);

  private static final Evaluation NORTH = binary(10, 0, 0, 10);

  @Test
  void aBinaryClassifierHasRatesByGroup() {
    GroupMetrics metrics = of(List.of("no", "yes"), Map.of("north", NORTH, "south", SOUTH));
    assertThat(metrics.positive()).isEqualTo("yes");
    assertThat(metrics.names())
        .containsExactly("accuracy", "positiveRate", "precision", "recall", "loss");
    assertThat(metrics.groups())
        .containsExactly(
            new GroupMetrics.Group(
                "north",
                20,
                Map.of(
                    "accuracy",
                    1.0,
                    "positiveRate",
                    0.5,
                    "precision",
                    1.0,
                    "recall",
                    1.0,
                    "loss",
                    0.5)),
            new GroupMetrics.Group(
                "south",
                20,
                Map.of(
                    "accuracy",
                    0.7,
                    "positiveRate",
                    0.5,
                    "precision",
                    0.8,
                    "recall",
                    8.0 / 12,
                    "loss",
                    0.5)));
    assertThat(metrics.all().examples()).isEqualTo(40);
    assertThat(metrics.all().metrics()).containsEntry("accuracy", 34.0 / 40);
    assertThat(metrics.rows()).hasSize(3).first().isEqualTo(metrics.all());
    GroupMetrics.Gap gap = metrics.gap().orElseThrow();
    assertThat(gap).isEqualTo(new GroupMetrics.Gap("accuracy", "south", 0.7, "north", 1.0));
    assertThat(gap.size()).isCloseTo(0.3, within(1e-12));
  }

  @Test
  void whatIsNotDefinedForAGroupIsLeftOut() {
    GroupMetrics metrics = of(List.of(), Map.of("a", binary(12, 0, 0, 0), "b", NORTH));
    assertThat(metrics.positive()).isEqualTo("1");
    GroupMetrics.Group negatives = metrics.groups().get(0);
    assertThat(negatives.metrics()).containsOnlyKeys("accuracy", "positiveRate", "loss");
    assertThat(negatives.metric("positiveRate")).contains(0.0);
    assertThat(negatives.metric("recall")).isEmpty();
    // Both groups have an accuracy of 1.
    assertThat(metrics.gap()).isEmpty();
  }

  @Test
  void smallGroupsAreMerged() {
    GroupMetrics metrics =
        of(
            List.of(),
            Map.of("a", NORTH, "b", binary(9, 0, 0, 0), "c", binary(0, 1, 0, 0), "d", SOUTH));
    assertThat(metrics.groups())
        .extracting(GroupMetrics.Group::value)
        .containsExactly("a", "d", "(other)");
    GroupMetrics.Group other = metrics.groups().get(2);
    assertThat(other.examples()).isEqualTo(10);
    assertThat(other.metrics()).containsEntry("accuracy", 0.9).containsEntry("precision", 0.0);
    assertThat(metrics.groups().stream().mapToLong(GroupMetrics.Group::examples).sum())
        .isEqualTo(metrics.all().examples())
        .isEqualTo(50);
  }

  /** Ten are enough, nine are too few even if they are merged. */
  @Test
  void tooFewExamplesHaveNoMetrics() {
    GroupMetrics metrics =
        of(
            List.of(),
            Map.of("a", binary(10, 0, 0, 0), "b", binary(0, 4, 0, 0), "c", binary(0, 5, 0, 0)));
    assertThat(metrics.groups())
        .extracting(GroupMetrics.Group::value)
        .containsExactly("a", "(other)");
    assertThat(metrics.groups().get(0).metrics()).containsEntry("accuracy", 1.0);
    assertThat(metrics.groups().get(1)).isEqualTo(new GroupMetrics.Group("(other)", 9, Map.of()));
    assertThat(metrics.gap()).isEmpty();
  }

  @Test
  void valuesWithTheNameOfTheMergedGroupBelongToIt() {
    GroupMetrics metrics =
        of(List.of(), Map.of("(other)", NORTH, "a", SOUTH, "b", binary(1, 0, 0, 0)));
    assertThat(metrics.groups())
        .extracting(GroupMetrics.Group::value)
        .containsExactly("a", "(other)");
    assertThat(metrics.groups().get(1).examples()).isEqualTo(21);
  }

  @Test
  void valuesWithoutExamplesAreNoGroups() {
    assertThat(of(List.of(), Map.of("a", NORTH, "b", Evaluation.empty(2))).groups())
        .extracting(GroupMetrics.Group::value)
        .containsExactly("a");
  }

  @Test
  void groupsOfARegressionAreComparedByTheirMeanAbsoluteError() {
    Evaluation near = Evaluation.ofRegression(20, 10, new Moments(20, 5, 80));
    Evaluation far = Evaluation.ofRegression(90, 30, new Moments(10, 5, 45));
    GroupMetrics metrics = of(List.of(), Map.of("near", near, "far", far));
    assertThat(metrics.positive()).isEmpty();
    assertThat(metrics.names()).containsExactly("meanAbsoluteError", "rmse", "r2", "loss");
    assertThat(metrics.groups().get(0))
        .isEqualTo(
            new GroupMetrics.Group(
                "far", 10, Map.of("meanAbsoluteError", 3.0, "rmse", 3.0, "r2", -1.0, "loss", 9.0)));
    assertThat(metrics.groups().get(1).metric("rmse")).contains(1.0);
    assertThat(metrics.gap())
        .contains(new GroupMetrics.Gap("meanAbsoluteError", "far", 3.0, "near", 0.5));
  }

  @Test
  void severalClassesHaveAccuracyAndLoss() {
    long[][] counts = {{10, 0, 0}, {0, 5, 5}, {0, 0, 0}};
    GroupMetrics metrics =
        of(List.of("a", "b", "c"), Map.of("x", new Evaluation(20, 5, 0, counts)));
    assertThat(metrics.names()).containsExactly("accuracy", "loss");
    assertThat(metrics.positive()).isEmpty();
    assertThat(metrics.groups().get(0).metrics()).isEqualTo(Map.of("accuracy", 0.75, "loss", 0.25));
  }

  @Test
  void survivesJson() {
    GroupMetrics metrics =
        of(List.of(), Map.of("a\n|", NORTH, "b", SOUTH, "c", binary(1, 0, 0, 0)));
    String json = Json.line(metrics);
    assertThat(json).doesNotContain("gap", "names", "rows");
    assertThat(Json.read("f", json.getBytes(StandardCharsets.UTF_8), GroupMetrics.class))
        .isEqualTo(metrics);
  }

  /** Groups whose sum is the whole. */
  private static GroupMetrics of(List<String> classNames, Map<String, Evaluation> byValue) {
    Evaluation all = byValue.values().stream().reduce(Evaluation.empty(0), Evaluation::merge);
    return GroupMetrics.of("region", classNames, all, new TreeMap<>(byValue));
  }

  /** An evaluation with a mean loss of 0.5. */
  private static Evaluation binary(
      long trueNegative, long falsePositive, long falseNegative, long truePositive) {
    long examples = trueNegative + falsePositive + falseNegative + truePositive;
    return new Evaluation(
        examples,
        0.5 * examples,
        0,
        new long[][] {{trueNegative, falsePositive}, {falseNegative, truePositive}});
  }
}
