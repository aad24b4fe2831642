package io.centroid.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.error.InputException;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Normalization NONE = new Normalization(new float[] {0}, new float[] {1});

  @Test
  void computesMetricsFromAConfusionMatrix() {
    Evaluation evaluation =
        new Evaluation(10, 5, 0, new long[][] {{3, 1, 0}, {2, 4, 0}, {0, 0, 0}});
    assertThat(evaluation.accuracy()).isEqualTo(0.7);
    assertThat(evaluation.loss()).isEqualTo(0.5);
    assertThat(evaluation.precision(0)).isEqualTo(0.6);
    assertThat(evaluation.recall(0)).isEqualTo(0.75);
    assertThat(evaluation.f1(0)).isCloseTo(2 * 0.6 * 0.75 / 1.35, within(1e-12));
    assertThat(evaluation.support(1)).isEqualTo(6);
    assertThat(evaluation.precision(2)).isZero();
    assertThat(evaluation.recall(2)).isZero();
    assertThat(evaluation.f1(2)).isZero();
    assertThat(evaluation.metrics()).containsOnlyKeys("accuracy", "loss");
  }

  @Test
  void mergingAddsSumsAndIgnoresEmptyEvaluations() {
    Evaluation one = new Evaluation(2, 1, 0, new long[][] {{1, 1}, {0, 0}});
    Evaluation other = new Evaluation(3, 0.5, 0, new long[][] {{1, 0}, {0, 2}});
    Evaluation merged = Evaluation.empty(0).merge(one).merge(other);
    assertThat(merged.examples()).isEqualTo(5);
    assertThat(merged.lossSum()).isEqualTo(1.5);
    assertThat(merged.confusion()).isDeepEqualTo(new long[][] {{2, 1}, {0, 2}});
    assertThat(Evaluation.empty(3).metrics()).isEmpty();
    Evaluation regression = new Evaluation(4, 2, 8, new long[0][]);
    assertThat(Evaluation.empty(0).merge(regression).metrics())
        .containsEntry("meanAbsoluteError", 2.0)
        .containsEntry("loss", 0.5)
        .doesNotContainKey("accuracy");
  }

  @Test
  void anExampleWithoutATargetIsRejected() {
    for (Loss loss : Loss.values()) {
      MetricsAccumulator accumulator = new MetricsAccumulator(loss, 2);
      assertThatThrownBy(
              () -> accumulator.add(new float[] {1, Float.NaN}, 2, new float[] {0, 1, 1, 0}))
          .as(loss.name())
          .isInstanceOf(InputException.class)
          .hasMessage("data: an example has no target, expected one for each");
    }
  }

  @Test
  void tiesGoToTheFirstClass() {
    float[] outputs = {9, 9, 9, 0.2f, 0.4f, 0.4f};
    assertThat(Evaluator.mostProbable(outputs, 0, 3)).isZero();
    assertThat(Evaluator.mostProbable(outputs, 1, 3)).isEqualTo(1);
  }

  @Test
  void classifierLossIsTheNegativeLogProbability() {
    Learner learner = learner(2, Loss.CROSS_ENTROPY);
    learner.parameters().load(new float[] {1, 0, 0, 0});
    Evaluation evaluation =
        new Evaluator(learner, Loss.CROSS_ENTROPY, NONE)
            .evaluate(rows(new float[] {0, 2, -3}, new float[] {0, 1, 1}));
    double expected =
        Math.log(2) - Math.log(1 / (1 + Math.exp(2))) - Math.log(1 / (1 + Math.exp(-3)));
    assertThat(evaluation.lossSum()).isCloseTo(expected, within(1e-5));
    assertThat(evaluation.confusion()).isDeepEqualTo(new long[][] {{1, 0}, {1, 1}});
  }

  @Test
  void binaryClassifierHasThresholdOneHalf() {
    Learner learner = learner(1, Loss.BINARY_CROSS_ENTROPY);
    learner.parameters().load(new float[] {2, 0});
    float[] inputs = {-1, 0, 1, 1, -50};
    Evaluation evaluation =
        new Evaluator(learner, Loss.BINARY_CROSS_ENTROPY, NONE)
            .evaluate(rows(inputs, new float[] {0, 1, 1, 0, 1}));
    assertThat(evaluation.confusion()).isDeepEqualTo(new long[][] {{1, 1}, {1, 2}});
    assertThat(evaluation.accuracy()).isEqualTo(0.6);
    // A probability is at least e^-87.3, so that arithmetic on it stays fast.
    double right = Math.log1p(Math.exp(-2));
    double expected = right + Math.log(2) + right + (2 + right) + 87.3;
    assertThat(evaluation.lossSum()).isCloseTo(expected, within(1e-4));
    assertThat(evaluation.metrics()).containsOnlyKeys("accuracy", "loss");
    Predictor predictor =
        new Predictor(
            learner,
            new Scoring(spec(1, Loss.BINARY_CROSS_ENTROPY), NONE),
            new SourceSchema(
                InputShape.row(1), SourceSchema.FeatureKind.NUMBERS, OptionalLong.empty(), true));
    for (int i = 0; i < inputs.length; i++) {
      predictor.row(i, new float[] {inputs[i]}, Float.NaN);
    }
    assertThat(predictor.predictions().values()).containsExactly(0, 1, 1, 1, 0);
  }

  @Test
  void lossOfAConfidentErrorIsFinite() {
    Learner learner = learner(2, Loss.CROSS_ENTROPY);
    learner.parameters().load(new float[] {1000, 0, 0, 0});
    Evaluation evaluation =
        new Evaluator(learner, Loss.CROSS_ENTROPY, NONE)
            .evaluate(rows(new float[] {1}, new float[] {1}));
    assertThat(evaluation.loss()).isBetween(87.0, 88.0);
  }

  @Test
  void regressionLossIsTheMeanSquaredError() {
    Learner learner = learner(1, Loss.MEAN_SQUARED_ERROR);
    learner.parameters().load(new float[] {2, 1});
    Evaluation evaluation =
        new Evaluator(learner, Loss.MEAN_SQUARED_ERROR, NONE)
            .evaluate(rows(new float[] {0, 1}, new float[] {3, 2}));
    assertThat(evaluation.loss()).isCloseTo((4 + 1) / 2.0, within(1e-6));
    assertThat(evaluation.meanAbsoluteError()).isCloseTo(1.5, within(1e-6));
  }

  @Test
  void evaluatesAllBatches() {
    Learner learner = learner(2, Loss.CROSS_ENTROPY);
    Evaluation evaluation =
        new Evaluator(learner, Loss.CROSS_ENTROPY, NONE)
            .evaluate(rows(new float[777], new float[777]));
    assertThat(evaluation.examples()).isEqualTo(777);
    assertThat(evaluation.support(0)).isEqualTo(777);
  }

  private static Learner learner(int outputs, Loss loss) {
    return spec(outputs, loss).newLearner();
  }

  private static NetworkSpec spec(int outputs, Loss loss) {
    return new NetworkSpec(
        new Architecture.Mlp(List.of(), Activation.IDENTITY), InputShape.row(1), outputs, loss, 1);
  }

  private static Examples rows(float[] inputs, float[] targets) {
    Examples.Builder rows =
        new Examples.Builder(InputShape.row(1), SourceSchema.FeatureKind.NUMBERS);
    for (int i = 0; i < inputs.length; i++) {
      rows.addRow(new float[] {inputs[i]}, targets[i]);
    }
    return rows.build();
  }
}
