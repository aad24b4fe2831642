package io.centroid.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.nn.kernels.NativeBytes;
import io.centroid.nn.kernels.NativeMemory;
import io.centroid.nn.matrix.Precision;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LearnerMemoryTest {
  private static final int TOKENS = 16;
  private static final int VOCABULARY = 50;

  static Stream<NetworkSpec> learners() {
    return Stream.of(dense(), gpt2(false, 1), gpt2(true, 1), gpt2(false, 2));
  }

  @ParameterizedTest
  @MethodSource("learners")
  void closingFreesAllOffHeapMemory(NetworkSpec spec) {
    spec.layout(); // loads the native libraries
    long before = NativeBytes.settled();
    Learner learner = spec.newLearner();
    for (int rows : new int[] {2, 5, 3}) {
      learner.gradient(batch(spec, rows), 1);
      if (learner instanceof TokenLearner tokens && tokens.predictsTokens()) {
        tokens.score(batch(spec, 9));
      } else {
        learner.predict(batch(spec, 9));
      }
    }
    assertThat(NativeMemory.javacppBytes())
        .isGreaterThan(before + 8 * learner.layout().parameterCount());
    learner.close();
    NativeBytes.assertBackTo(before);
    learner.close();
    assertThatThrownBy(() -> learner.gradient(batch(spec, 2), 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void buffersOfALargerBatchReplaceTheOldOnes() {
    for (NetworkSpec spec : List.of(dense(), gpt2(false, 1))) {
      spec.layout();
      long before = NativeBytes.settled();
      long atOnce;
      try (Learner learner = spec.newLearner()) {
        learner.gradient(batch(spec, 64), 1);
        atOnce = NativeMemory.javacppBytes() - before;
      }
      try (Learner learner = spec.newLearner()) {
        for (int rows : new int[] {8, 16, 32, 64}) {
          learner.gradient(batch(spec, rows), 1);
        }
        NativeBytes.assertBackTo(before + atOnce);
      }
    }
  }

  private static Batch batch(NetworkSpec spec, int rows) {
    if (!(spec.architecture() instanceof Architecture.Gpt2 gpt2)) {
      return Batches.random(spec, rows, 1);
    }
    Examples.Builder texts = new Examples.Builder(spec.input(), SourceSchema.FeatureKind.TOKENS);
    for (int row = 0; row < rows; row++) {
      int first = row;
      int[] ids = IntStream.rangeClosed(0, TOKENS).map(t -> (first + t) % VOCABULARY).toArray();
      if (gpt2.classifies()) {
        texts.addText(ids, TOKENS, row % 3);
      } else {
        texts.addSpan(ids, TOKENS + 1);
      }
    }
    Batch batch = new Batch(spec.input(), rows);
    batch.fill(texts.build(), Normalization.NONE, 0, rows);
    return batch;
  }

  private static NetworkSpec dense() {
    return new NetworkSpec(
        new Architecture.Mlp(List.of(400, 300), Activation.GELU),
        InputShape.row(12),
        4,
        Loss.CROSS_ENTROPY,
        1);
  }

  private static NetworkSpec gpt2(boolean classifies, int threads) {
    Gpt2Config config =
        new Gpt2Config(2, 2, 64, TOKENS, VOCABULARY, 256, Gpt2Config.Dropout.NONE, 1e-5f);
    return new NetworkSpec(
        new Architecture.Gpt2(
            config, classifies, new Gpt2Execution(threads, 0, false, Precision.FLOAT32)),
        InputShape.row(TOKENS),
        classifies ? 3 : VOCABULARY,
        Loss.CROSS_ENTROPY,
        1);
  }
}
