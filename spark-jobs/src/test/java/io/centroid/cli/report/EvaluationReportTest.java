package io.centroid.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.GroupMetrics;
import io.centroid.train.worker.EvaluationSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EvaluationReportTest {
  /** Class 2 is never predicted, and class 3 has no examples. */
  private static final Evaluation THREE_OF_FOUR =
      new Evaluation(
          2_000,
          500,
          0,
          new long[][] {{1_200, 100, 0, 0}, {0, 600, 0, 0}, {50, 50, 0, 0}, {0, 0, 0, 0}});

  @Test
  void classificationAsText() {
    assertThat(report(THREE_OF_FOUR).toText())
        .isEqualTo(
            """
            /runs/a/checkpoints/step-00000470
            examples   2,000 test examples
            accuracy   90.00 %
            loss       0.2500

             class  precision   recall       f1  examples
                 0     0.9600   0.9231   0.9412     1,300
                 1     0.8000   1.0000   0.8889       600
                 2     0.0000   0.0000   0.0000       100
                 3     0.0000   0.0000   0.0000         0

            Confusion matrix (rows: actual class, columns: predicted class)
                        0      1      2      3
                 0   1200    100      .      .
                 1      .    600      .      .
                 2     50     50      .      .
                 3      .      .      .      .
            """);
  }

  @Test
  void classificationAsJson() {
    Evaluation twoClasses = new Evaluation(4, 0, 0, new long[][] {{1, 1}, {1, 1}});
    assertThat(report(twoClasses).toJson())
        .hasToString(
            """
            {"checkpoint":"/runs/a/checkpoints/step-00000470","part":"test","examples":4,\
            "accuracy":0.5,"loss":0.0,"perplexity":1.0,\
            "classes":[\
            {"class":0,"precision":0.5,"recall":0.5,"f1":0.5,"support":2},\
            {"class":1,"precision":0.5,"recall":0.5,"f1":0.5,"support":2}],\
            "confusion":[[1,1],[1,1]]}\
            """);
  }

  @Test
  void showsClassNames() {
    Evaluation twoClasses = new Evaluation(4, 1, 0, new long[][] {{1, 0}, {1, 2}});
    EvaluationReport report = report(twoClasses, List.of("negative", "pos"));
    assertThat(report.toText())
        .endsWith(
            """
               class  precision   recall       f1  examples
            negative     0.5000   1.0000   0.6667         1
                 pos     1.0000   0.6667   0.8000         3

            Confusion matrix (rows: actual class, columns: predicted class)
                     negative      pos
            negative        1        .
                 pos        1        2
            """);
    assertThat(report.toJson().path("classes").findValuesAsText("class"))
        .containsExactly("negative", "pos");
  }

  @Test
  void regressionAsText() {
    assertThat(report(new Evaluation(4, 1, 1.5, new long[0][0])).toText())
        .isEqualTo(
            """
            /runs/a/checkpoints/step-00000470
            examples   4 test examples
            loss       0.250000 (mean squared error)
            error      0.375000 (mean absolute error)
            """);
  }

  @Test
  void regressionAsJson() {
    assertThat(report(new Evaluation(4, 1, 1.5, new long[0][0])).toJson())
        .hasToString(
            """
            {"checkpoint":"/runs/a/checkpoints/step-00000470","part":"test","examples":4,\
            "meanAbsoluteError":0.375,"loss":0.25}\
            """);
  }

  @Test
  void groupsFollow() {
    Evaluation right = new Evaluation(1_000, 250, 0, new long[][] {{700, 0}, {0, 300}});
    Evaluation wrong = new Evaluation(20, 30, 0, new long[][] {{8, 12}, {0, 0}});
    Evaluation few = new Evaluation(3, 3, 0, new long[][] {{0, 3}, {0, 0}});
    List<String> classes = List.of("no", "yes");
    GroupMetrics groups =
        GroupMetrics.of(
            "where\n",
            classes,
            right.merge(wrong).merge(few),
            new TreeMap<>(
                Map.of("north\u001b", right, "a south of more than twenty", wrong, "x", few)));
    EvaluationReport report = report(right.merge(wrong).merge(few), classes, List.of(groups));
    assertThat(report.toText())
        .contains("Confusion matrix")
        .endsWith(
            """

            By where? (positive class: yes)
                               group  examples accuracy positiveRate precision  recall    loss
                               (all)     1,023   0.9853       0.3079    0.9524  1.0000  0.2766
            a south of more than tw…        20   0.4000       0.6000    0.0000       -  1.5000
                              north?     1,000   1.0000       0.3000    1.0000  1.0000  0.2500
                             (other)         3        -            -         -       -       -
            Gap in accuracy: 0.6000 (a south of more than tw… is 0.4000, north? is 1.0000)
            """);
    JsonNode json = report.toJson().path("groups").get(0);
    assertThat(json.path("column").asText()).isEqualTo("where\n");
    assertThat(json.path("groups").get(0).path("metrics").path("accuracy").asDouble())
        .isEqualTo(0.4);
    assertThat(json.path("groups").get(2).toString())
        .isEqualTo("{\"value\":\"(other)\",\"examples\":3,\"metrics\":{}}");
    assertThat(json.path("gap").toString())
        .isEqualTo(
            "{\"metric\":\"accuracy\",\"worst\":\"a south of more than twenty\",\"worstValue\":0.4,"
                + "\"best\":\"north\\u001B\",\"bestValue\":1.0}");
  }

  @Test
  void groupsOfARegressionAreInTheUnitOfItsTargets() {
    Evaluation all = new Evaluation(20, 4e10, 6e5, new long[0][0]);
    GroupMetrics groups = GroupMetrics.of("a", List.of(), all, new TreeMap<>(Map.of("b", all)));
    assertThat(report(all, List.of(), List.of(groups)).toText())
        .endsWith(
            """

            By a
              group  examples meanAbsoluteError    rmse    loss
              (all)        20           30000.0 44721.4 2.00000e+09
                  b        20           30000.0 44721.4 2.00000e+09
            """);
  }

  @Test
  void omitsMetricsWithoutExamples() {
    EvaluationReport report = report(new Evaluation(0, 0, 0, new long[2][2]));
    assertThat(report.toText()).endsWith("examples   0 test examples\n");
    assertThat(report.toJson().toString()).doesNotContain("NaN");
  }

  @Test
  void omitsTheConfusionMatrixOfManyClasses() {
    String text = report(new Evaluation(1, 0, 0, new long[31][31])).toText();
    assertThat(text).contains("precision").doesNotContain("Confusion");
  }

  private static EvaluationReport report(Evaluation evaluation) {
    return report(evaluation, List.of());
  }

  private static EvaluationReport report(Evaluation evaluation, List<String> classNames) {
    return report(evaluation, classNames, List.of());
  }

  private static EvaluationReport report(
      Evaluation evaluation, List<String> classNames, List<GroupMetrics> groups) {
    return new EvaluationReport(
        "/runs/a/checkpoints/step-00000470", EvaluationSet.TEST, evaluation, classNames, groups);
  }
}
