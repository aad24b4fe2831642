package io.centroid.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.TokenLearner;
import io.centroid.nn.Vectors;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.nn.gpt2.TinyShakespeare;
import io.centroid.nn.kernels.MlpFunction;
import io.centroid.nn.matrix.Precision;
import io.centroid.optim.AdamW;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.OptimizerSettings;
import io.centroid.optim.Stepper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parity of GPT-2 with the engine cpu, and with PyTorch by a fixture. */
class Gpt2TorchLearnerTest {
  private static final Path FIXTURE =
      Path.of(System.getProperty("centroid.shared", "../shared"), "fixtures", "gpt2-tiny");
  private static final int[][] TEXTS = {
    {3, 1, 4, 1, 5, 9, 2}, {6, 5, 3, 5, 8, 9, 7}, {9, 3, 2, 3, 8, 4, 6}, {2, 6, 4, 3, 3, 8, 3}
  };

  @ParameterizedTest
  @CsvSource({
    "GELU_TANH, true, false, true, 0, false, false",
    "GELU_TANH, true, false, false, 3, true, true",
    "GELU_ERF, true, true, true, 0, false, true",
    "GELU_SIGMOID, false, true, false, 1, false, false",
    "SILU, true, false, true, 0, true, false",
    "RELU, true, false, true, 2, false, false",
    "TANH, true, true, false, 0, false, false",
    "SIGMOID, true, false, true, 0, false, false",
    "IDENTITY, true, false, true, 0, false, false"
  })
  void languageModelsComputeWhatTheEngineCpuComputes(
      MlpFunction activation,
      boolean scalesAttention,
      boolean scalesByLayer,
      boolean tied,
      int rows,
      boolean recomputes,
      boolean mirrored) {
    Gpt2Config config =
        config(0)
            .withVariant(new Gpt2Config.Variant(activation, scalesAttention, scalesByLayer, tied));
    NetworkSpec spec = spec(config, 0, rows, recomputes, Precision.FLOAT32);
    try (TokenLearner cpu = (TokenLearner) new CpuEngine().create(spec);
        TokenLearner torch = (TokenLearner) Comparisons.learner(spec, mirrored)) {
      assertThat(Vectors.values(torch.parameters())).isEqualTo(Vectors.values(cpu.parameters()));
      for (int time = 0; time < 2; time++) {
        double loss = cpu.gradient(windows(), 1);
        assertThat(torch.gradient(windows(), 1)).isCloseTo(loss, within(1e-6 * loss));
        Comparisons.assertGradients(torch, cpu, 1e-5);
      }
      TokenLearner.TokenScore expected = cpu.score(windows());
      TokenLearner.TokenScore score = torch.score(windows());
      assertThat(score.loss()).isCloseTo(expected.loss(), within(1e-5 * expected.loss()));
      assertThat(score.correct()).isEqualTo(expected.correct());
      assertThat(score.tokens()).isEqualTo(24);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, false", "3, true"})
  void classifiersComputeWhatTheEngineCpuComputes(int rows, boolean recomputes) {
    NetworkSpec spec = spec(config(0), 3, rows, recomputes, Precision.FLOAT32);
    int[] lengths = {6, 2, 4, 1};
    int[] classes = {2, 0, 1, 1};
    Examples.Builder examples =
        new Examples.Builder(InputShape.row(6), SourceSchema.FeatureKind.TOKENS);
    for (int text = 0; text < TEXTS.length; text++) {
      examples.addText(TEXTS[text], lengths[text], classes[text]);
    }
    Batch batch = new Batch(InputShape.row(6), TEXTS.length);
    batch.fill(examples.build(), none(), 0, TEXTS.length);
    try (TokenLearner cpu = (TokenLearner) new CpuEngine().create(spec);
        TokenLearner torch = (TokenLearner) Comparisons.learner(spec, false)) {
      double loss = cpu.gradient(batch, 1);
      assertThat(torch.gradient(batch, 1)).isCloseTo(loss, within(1e-6 * loss));
      for (Entry entry : cpu.layout().entries()) {
        assertThat(Comparisons.values(torch.gradient(), entry))
            .as(entry.name())
            .containsExactly(Comparisons.values(cpu.gradient(), entry), within(1e-6f));
      }
      assertThat(torch.predict(batch)).containsExactly(cpu.predict(batch), within(1e-6f));
      assertThat(torch.score(batch).correct()).isEqualTo(cpu.score(batch).correct());
    }
  }

  @Test
  void recomputedActivationsAreBitwiseIdenticalWithDropout() {
    float[] stored = gradient(spec(config(0.3f), 0, 0, false, Precision.FLOAT32), 5);
    assertThat(gradient(spec(config(0.3f), 0, 0, true, Precision.FLOAT32), 5)).isEqualTo(stored);
    assertThat(gradient(spec(config(0.3f), 0, 0, false, Precision.FLOAT32), 5)).isEqualTo(stored);
    assertThat(gradient(spec(config(0.3f), 0, 0, false, Precision.FLOAT32), 6))
        .isNotEqualTo(stored);
  }

  /** Over many seeds the mean loss is near the loss without dropout; each site changes it. */
  @Test
  void dropoutIsAppliedAtEverySite() {
    double without = loss(Gpt2Config.Dropout.NONE, 1);
    for (Gpt2Config.Dropout one :
        new Gpt2Config.Dropout[] {
          new Gpt2Config.Dropout(0.2f, 0, 0),
          new Gpt2Config.Dropout(0, 0.2f, 0),
          new Gpt2Config.Dropout(0, 0, 0.2f)
        }) {
      double sum = 0;
      for (int seed = 0; seed < 200; seed++) {
        sum += loss(one, seed);
      }
      assertThat(loss(one, 1)).isNotEqualTo(without).isNotEqualTo(loss(one, 2));
      assertThat(sum / 200).isCloseTo(without, within(0.01));
    }
  }

  @Test
  void bfloat16RoundsFactorsAndKeepsParameters() {
    NetworkSpec half = spec(config(0), 0, 0, false, Precision.BFLOAT16);
    try (Learner cpu = new CpuEngine().create(spec(config(0), 0, 0, false, Precision.FLOAT32));
        Learner torch = Comparisons.learner(half, false)) {
      double loss = cpu.gradient(windows(), 1);
      double rounded = torch.gradient(windows(), 1);
      assertThat(rounded).isNotEqualTo(loss).isCloseTo(loss, within(0.002 * loss));
      Comparisons.assertGradients(torch, cpu, 0.03);
      assertThat(Vectors.values(torch.parameters())).isEqualTo(Vectors.values(cpu.parameters()));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lossAndGradientsAreThoseOfPyTorch(boolean mirrored) throws IOException {
    assumeTrue(Files.exists(FIXTURE), FIXTURE + " is not there");
    JsonNode expected = new ObjectMapper().readTree(FIXTURE.resolve("expected.json").toFile());
    ModelDirectory directory =
        ModelDirectory.read(
            new HadoopFiles(new Configuration()), new org.apache.hadoop.fs.Path(FIXTURE.toUri()));
    NetworkSpec spec = spec(directory.config(), 0, 0, false, Precision.FLOAT32);
    int[] shakespeare = TinyShakespeare.ids();
    JsonNode batch = expected.get("batch");
    int[][] windows = new int[2][];
    for (int row = 0; row < 2; row++) {
      int from = batch.get("token_offsets").get(row).asInt();
      windows[row] = Arrays.copyOfRange(shakespeare, from, from + 129);
    }
    try (TokenLearner torch = (TokenLearner) Comparisons.learner(spec, mirrored)) {
      directory.load(torch.parameters());
      assertThat(torch.gradient(batch(128, windows), 1))
          .isCloseTo(batch.get("loss").asDouble(), within(1e-5));
      for (Entry entry : torch.layout().entries()) {
        JsonNode gradient = batch.get("grads").get(entry.name());
        float[] values = Comparisons.values(torch.gradient(), entry);
        double norm = gradient.get("l2").asDouble();
        for (int i = 0; i < 5; i++) {
          assertThat((double) values[i])
              .as(entry.name())
              .isCloseTo(gradient.get("first5").get(i).asDouble(), within(1e-5 * norm));
        }
      }
      for (JsonNode prompt : expected.get("prompts")) {
        int[] ids = new int[prompt.get("ids").size()];
        Arrays.setAll(ids, i -> prompt.get("ids").get(i).asInt());
        assertThat(torch.score(batch(ids.length - 1, ids)).loss())
            .isCloseTo(prompt.get("nll_sum").asDouble(), within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void twoHundredStepsHaveTheLossesOfTheEngineCpu(boolean mirrored) throws IOException {
    int[] text = Arrays.stream(TinyShakespeare.ids()).limit(200_000).map(id -> id % 64).toArray();
    Gpt2Config config = new Gpt2Config(2, 4, 32, 16, 64, 128, Gpt2Config.Dropout.NONE, 1e-5f);
    NetworkSpec spec = spec(config, 0, 0, false, Precision.FLOAT32);
    OptimizerSettings adamW =
        new OptimizerSettings(
            new AdamW(0.9, 0.99, 1e-8, 0.1),
            0.002,
            OptimizerSettings.LearningRateScaling.NONE,
            1,
            new LearningRateSchedule(0, new LearningRateSchedule.Constant()));
    try (Learner cpu = new CpuEngine().create(spec);
        Learner torch = Comparisons.learner(spec, mirrored)) {
      Stepper expected = Stepper.of(cpu, adamW);
      Stepper actual = Stepper.of(torch, adamW);
      expected.reset();
      actual.reset();
      double first = 0;
      double last = 0;
      for (int step = 0; step < 200; step++) {
        int[][] windows = new int[8][];
        for (int row = 0; row < 8; row++) {
          int from = 17 * (8 * step + row);
          windows[row] = Arrays.copyOfRange(text, from, from + 17);
        }
        last = expected.step(batch(16, windows), step, 0.002);
        first = step == 0 ? last : first;
        assertThat(actual.step(batch(16, windows), step, 0.002))
            .as("loss of step " + step)
            .isCloseTo(last, within(1e-3));
      }
      assertThat(last).isLessThan(first - 0.3);
    }
  }

  @Test
  void tokensOutsideTheVocabularyAreAnError() {
    NetworkSpec spec = spec(config(0), 0, 0, false, Precision.FLOAT32);
    try (Learner torch = Comparisons.learner(spec, false)) {
      assertThatThrownBy(() -> torch.gradient(batch(6, new int[] {1, 2, 3, 4, 5, 6, 10}), 1))
          .hasMessage("token 10 of 10");
    }
  }

  private static double loss(Gpt2Config.Dropout dropout, long seed) {
    NetworkSpec spec = spec(config(0).withDropout(dropout), 0, 0, false, Precision.FLOAT32);
    try (Learner torch = Comparisons.learner(spec, false)) {
      return torch.gradient(windows(), seed);
    }
  }

  private static float[] gradient(NetworkSpec spec, long seed) {
    try (Learner torch = Comparisons.learner(spec, false)) {
      torch.gradient(windows(), seed);
      return Vectors.values(torch.gradient());
    }
  }

  private static Gpt2Config config(float dropout) {
    return new Gpt2Config(2, 2, 8, 6, 10, 12, Gpt2Config.Dropout.of(dropout), 1e-5f);
  }

  private static NetworkSpec spec(
      Gpt2Config config, int classes, int rows, boolean recomputes, Precision precision) {
    return new NetworkSpec(
        new Architecture.Gpt2(
            config, classes > 0, new Gpt2Execution(1, rows, recomputes, precision)),
        InputShape.row(config.positions()),
        classes,
        Loss.CROSS_ENTROPY,
        11);
  }

  private static Batch windows() {
    return batch(6, TEXTS);
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
}
