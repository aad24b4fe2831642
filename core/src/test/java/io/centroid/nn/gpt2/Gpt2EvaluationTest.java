package io.centroid.nn.gpt2;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.nn.TokenLearner;
import io.centroid.nn.matrix.Precision;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An evaluation is a function of parameters and batch alone. */
final class Gpt2EvaluationTest {
  private static final int BLOCK = 128;
  private static final int TEXTS = 24;
  private static final Gpt2Config CONFIG =
      new Gpt2Config(1, 2, 32, BLOCK, 97, 64, Gpt2Config.Dropout.NONE, 1e-5f);

  /** More texts than are evaluated at once, so that a larger group would change the sums. */
  @ParameterizedTest
  @CsvSource({"0, 1", "0, 2", "5, 1", "5, 2"})
  void anEvaluationDoesNotDependOnEarlierTraining(int classes, int threads) {
    Batch batch = batch(classes);
    try (Gpt2Learner fresh = learner(classes, threads);
        Gpt2Learner trained = learner(classes, threads)) {
      trained.gradient(batch, 1);
      if (classes > 0) {
        float[] expected = fresh.predict(batch);
        assertThat(trained.predict(batch)).containsExactly(expected);
        return;
      }
      TokenLearner.TokenScore expected = fresh.score(batch);
      assertThat(expected.tokens()).isEqualTo(TEXTS * BLOCK);
      assertThat(trained.score(batch)).isEqualTo(expected);
    }
  }

  private static Gpt2Learner learner(int classes, int threads) {
    Gpt2Learner learner =
        new Gpt2Learner(CONFIG, classes, new Gpt2Execution(threads, 0, false, Precision.FLOAT32));
    Gpt2Initialization.fill(CONFIG, learner.layout(), learner.parameters(), 3);
    return learner;
  }

  private static Batch batch(int classes) {
    InputShape shape = InputShape.row(BLOCK);
    Examples.Builder examples = new Examples.Builder(shape, SourceSchema.FeatureKind.TOKENS);
    SplittableRandom random = new SplittableRandom(5);
    for (int text = 0; text < TEXTS; text++) {
      int[] ids = random.ints(BLOCK + 1, 0, CONFIG.vocabulary()).toArray();
      if (classes > 0) {
        examples.addText(ids, 1 + random.nextInt(BLOCK), text % classes);
      } else {
        examples.addSpan(ids, ids.length);
      }
    }
    Batch batch = new Batch(shape, TEXTS);
    batch.fill(examples.build(), Normalization.NONE, 0, TEXTS);
    return batch;
  }
}
