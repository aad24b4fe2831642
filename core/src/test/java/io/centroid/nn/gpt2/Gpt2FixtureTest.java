package io.centroid.nn.gpt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.huggingface.ModelDirectory;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.TokenLearner.TokenScore;
import io.centroid.nn.matrix.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parity with PyTorch on a small trained GPT-2. */
class Gpt2FixtureTest {
  private static final Path FIXTURE =
      Path.of(System.getProperty("centroid.shared", "../shared"), "fixtures", "gpt2-tiny");

  private static JsonNode expected;
  private static ModelDirectory directory;
  private static int[] shakespeare;

  @BeforeAll
  static void readFixture() throws IOException {
    assumeTrue(Files.exists(FIXTURE), FIXTURE + " is not there");
    shakespeare = TinyShakespeare.ids();
    expected = new ObjectMapper().readTree(FIXTURE.resolve("expected.json").toFile());
    directory =
        ModelDirectory.read(
            new HadoopFiles(new Configuration()), new org.apache.hadoop.fs.Path(FIXTURE.toUri()));
  }

  @Test
  void promptLossMatchesPyTorch() {
    Gpt2Learner learner = learner(Gpt2Execution.DEFAULT);
    for (JsonNode prompt : expected.get("prompts")) {
      int[] ids = ids(prompt.get("ids"));
      TokenScore score = learner.score(batch(ids.length - 1, ids));

      assertThat(score.tokens()).isEqualTo(ids.length - 1);
      assertThat(score.loss()).isCloseTo(prompt.get("nll_sum").asDouble(), within(1e-4));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0, false", "2, 0, false", "2, 1, false", "1, 0, true", "3, 1, true"})
  void gradientMatchesPyTorch(int threads, int rows, boolean recomputes) {
    JsonNode batch = expected.get("batch");
    Gpt2Learner learner = learner(new Gpt2Execution(threads, rows, recomputes, Precision.FLOAT32));
    int[][] windows = new int[2][];
    for (int row = 0; row < 2; row++) {
      int from = batch.get("token_offsets").get(row).asInt();
      windows[row] = java.util.Arrays.copyOfRange(shakespeare, from, from + 129);
    }

    double loss = learner.gradient(batch(128, windows), 1);

    assertThat(loss).isCloseTo(batch.get("loss").asDouble(), within(1e-5));
    for (Entry entry : learner.layout().entries()) {
      JsonNode gradient = batch.get("grads").get(entry.name());
      float[] values = new float[(int) entry.size()];
      learner.gradient().read(entry.offset(), values, values.length);
      double squares = 0;
      for (float value : values) {
        squares += (double) value * value;
      }
      double norm = gradient.get("l2").asDouble();
      assertThat(Math.sqrt(squares)).as(entry.name()).isCloseTo(norm, within(1e-4 * norm));
      for (int i = 0; i < 5; i++) {
        double entryExpected = gradient.get("first5").get(i).asDouble();
        assertThat((double) values[i])
            .as(entry.name())
            .isCloseTo(entryExpected, within(1e-4 * norm));
      }
    }
  }

  @Test
  void validationLossMatchesPyTorch() {
    Gpt2Learner learner = learner(new Gpt2Execution(2, 0, false, Precision.FLOAT32));
    int from = (int) (shakespeare.length * 9L / 10);
    int blocks = expected.get("val_blocks").asInt();
    Examples.Builder examples =
        new Examples.Builder(InputShape.row(128), SourceSchema.FeatureKind.TOKENS);
    assertThat(
            examples.addSpan(
                java.util.Arrays.copyOfRange(shakespeare, from, shakespeare.length),
                shakespeare.length - from))
        .isEqualTo(blocks);
    Batch batch = new Batch(InputShape.row(128), blocks);
    batch.fill(examples.build(), none(), 0, blocks);

    TokenScore score = learner.score(batch);

    assertThat(score.tokens()).isEqualTo(blocks * 128L);
    assertThat(score.loss() / score.tokens())
        .isCloseTo(expected.get("val_loss").asDouble(), within(1e-4));
  }

  private static Gpt2Learner learner(Gpt2Execution execution) {
    Gpt2Learner learner = new Gpt2Learner(directory.config(), directory.classes(), execution);
    directory.load(learner.parameters());
    return learner;
  }

  private static Batch batch(int block, int[]... windows) {
    Examples.Builder examples =
        new Examples.Builder(InputShape.row(block), SourceSchema.FeatureKind.TOKENS);
    for (int[] window : windows) {
      examples.addSpan(window, window.length);
    }
    Batch batch = new Batch(InputShape.row(block), windows.length);
    batch.fill(examples.build(), none(), 0, windows.length);
    return batch;
  }

  private static Normalization none() {
    return new Normalization(new float[] {0}, new float[] {1});
  }

  private static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt();
    }
    return ids;
  }
}
