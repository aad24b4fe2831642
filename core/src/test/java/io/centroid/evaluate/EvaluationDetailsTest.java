package io.centroid.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema.FeatureKind;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Images of two pixels: the class is 1 as probable as the first pixel is bright. */
class EvaluationDetailsTest {
  private static final Normalization NONE = new Normalization(new float[] {0}, new float[] {1});
  private static final InputShape SHAPE = new InputShape(1, 1, 2);

  @Test
  void theMostConfidentMistakesComeFirst() {
    EvaluationDetails details =
        evaluate(image(10, 1, 0), image(40, 2, 0), image(20, 3, 1)).details();
    assertThat(details.mistakes())
        .extracting(Mistake::pixels)
        .containsExactly(new byte[] {40, 2}, new byte[] {10, 1});
    assertThat(details.mistakes().get(0).actual()).isZero();
    assertThat(details.mistakes().get(0).predicted()).isEqualTo(1);
    assertThat(details.mistakes().get(0).probability())
        .isCloseTo((float) (1 / (1 + Math.exp(-0.4))), within(1e-6f));
  }

  /** More mistakes than are kept, over more than one batch, with many equal probabilities. */
  @Test
  void equalMistakesAreKeptInTheOrderOfTheExamples() {
    Image[] images =
        IntStream.range(0, 600)
            .mapToObj(i -> image(i == 599 ? 9 : 5, i % 250, 0))
            .toArray(Image[]::new);
    List<Mistake> mistakes = evaluate(images).details().mistakes();
    assertThat(mistakes).hasSize(EvaluationDetails.MOST_MISTAKES);
    assertThat(mistakes.get(0).pixels()).containsExactly(9, 599 % 250);
    for (int i = 1; i < mistakes.size(); i++) {
      assertThat(mistakes.get(i).pixels()).containsExactly(5, i - 1);
    }
  }

  /** A merge of the shards has what one evaluation of all examples in that order has. */
  @Test
  void mergingShardsEqualsOneEvaluation() {
    Image[] images =
        IntStream.range(0, 300)
            .mapToObj(i -> image(1 + i * 7 % 60, i % 250, i % 3 == 0 ? 1 : 0))
            .toArray(Image[]::new);
    Evaluation whole = evaluate(images);
    Evaluation merged = Evaluation.empty(0);
    for (int from = 0; from < 300; from += 100) {
      merged = merged.merge(evaluate(java.util.Arrays.copyOfRange(images, from, from + 100)));
    }
    assertThat(merged.details()).usingRecursiveComparison().isEqualTo(whole.details());
    assertThat(merged.confusion()).isDeepEqualTo(whole.confusion());
  }

  @Test
  void scoresCountEveryExampleOnceForEachClass() {
    ScoreCounts scores =
        evaluate(image(0, 0, 0), image(200, 0, 1), image(200, 0, 0)).details().scores();
    assertThat(scores.classes()).isEqualTo(2);
    // softmax of (0, 0) and (0, 2): 0.5, and 0.8808 for class 1.
    assertThat(scores.positives()[0][100]).isEqualTo(1);
    assertThat(scores.negatives()[1][100]).isEqualTo(1);
    assertThat(scores.positives()[1][176]).isEqualTo(1);
    assertThat(scores.negatives()[1][176]).isEqualTo(1);
    assertThat(scores.negatives()[0][23]).isEqualTo(1);
    assertThat(scores.positives()[0][23]).isEqualTo(1);
    assertThat(scores.rocArea(1)).isEqualTo(0.75);
  }

  @Test
  void aBinaryOutputCountsBothClasses() {
    NetworkSpec spec = spec(1, Loss.BINARY_CROSS_ENTROPY);
    try (Learner learner = spec.newLearner()) {
      learner.parameters().load(new float[] {0.01f, 0, 0});
      EvaluationDetails details =
          new Evaluator(learner, Loss.BINARY_CROSS_ENTROPY, NONE)
              .evaluate(examples(image(200, 0, 0)))
              .details();
      assertThat(details.scores().negatives()[1][176]).isEqualTo(1);
      assertThat(details.scores().positives()[0][23]).isEqualTo(1);
      assertThat(details.mistakes()).hasSize(1);
    }
  }

  @Test
  void numbersAndManyClassesHaveFewerDetails() {
    Examples.Builder rows = new Examples.Builder(SHAPE, FeatureKind.NUMBERS);
    rows.addRow(new float[] {1, 2}, ScoreCounts.MOST_CLASSES);
    NetworkSpec spec = spec(ScoreCounts.MOST_CLASSES + 1, Loss.CROSS_ENTROPY);
    try (Learner learner = spec.newLearner()) {
      EvaluationDetails details =
          new Evaluator(learner, Loss.CROSS_ENTROPY, NONE).evaluate(rows.build()).details();
      assertThat(details.mistakes()).isEmpty();
      assertThat(details.scores().classes()).isZero();
    }
  }

  private record Image(int first, int second, int label) {}

  private static Image image(int first, int second, int label) {
    return new Image(first, second, label);
  }

  /** Evaluates with logits (0, 0.01 * first pixel). */
  private static Evaluation evaluate(Image... images) {
    try (Learner learner = spec(2, Loss.CROSS_ENTROPY).newLearner()) {
      learner.parameters().load(new float[] {0, 0, 0.01f, 0, 0, 0});
      return new Evaluator(learner, Loss.CROSS_ENTROPY, NONE).evaluate(examples(images));
    }
  }

  private static Examples examples(Image... images) {
    Examples.Builder examples = new Examples.Builder(SHAPE, FeatureKind.PIXELS);
    for (Image image : images) {
      examples.addImage(new byte[] {(byte) image.first, (byte) image.second}, 0, image.label);
    }
    return examples.build();
  }

  private static NetworkSpec spec(int outputs, Loss loss) {
    return new NetworkSpec(
        new Architecture.Mlp(List.of(), Activation.IDENTITY), SHAPE, outputs, loss, 1);
  }
}
