package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.cluster.CentroidHome;
import io.centroid.error.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands for language models: prepare, train, evaluate, generate and export. */
class LanguageCommandsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SHARED = Path.of(System.getProperty("centroid.shared", "../shared"));
  private static final Path FIXTURE = SHARED.resolve("fixtures").resolve("gpt2-tiny");

  @TempDir private Path folder;

  @Test
  void preparesTrainsAndExports() throws IOException {
    Path corpus = characters();
    Path run = folder.resolve("run");
    JsonNode trained = json(train(corpus, run, "--set", "train.steps=60"));
    double loss = trained.path("validation").path("loss").asDouble();
    assertThat(loss).isLessThan(2.2).isGreaterThan(0.2);
    assertThat(trained.path("validation").path("perplexity").asDouble())
        .isCloseTo(Math.exp(loss), within(1e-9));
    assertThat(run.resolve("checkpoints").resolve("step-00000060").resolve("tokenizer.json"))
        .exists();

    JsonNode measured =
        json(centroid("evaluate", run.toString(), "--recorded-data", "--json", "--set", LOCAL));
    assertThat(measured.path("loss").asDouble()).isEqualTo(loss);

    Path exported = folder.resolve("exported");
    Done export =
        centroid(
            "export",
            run.toString(),
            "--recorded-data",
            "--to",
            "huggingface",
            "--out",
            exported.toString());
    assertThat(export.exitCode).as(export.err).isZero();
    assertThat(exported.resolve("generation_config.json"))
        .content()
        .isEqualToIgnoringWhitespace("{\"_from_model_config\": true}");
    assertThat(greedy(exported.toString(), "the ")).isEqualTo(greedy(run.toString(), "the "));
    JsonNode again =
        json(
            centroid(
                "evaluate",
                exported.toString(),
                "--data",
                corpus.toString(),
                "--json",
                "--set",
                LOCAL));
    assertThat(again.path("loss").asDouble()).isCloseTo(loss, within(1e-6));
  }

  @Test
  void threadsSparkAndAResumedRunAreBitwiseIdentical() throws IOException {
    Path corpus = characters();
    String[] dropout = {"--set", "train.steps=20", "--set", "model.gpt2.dropout=0.2"};
    String alone = hash(train(corpus, folder.resolve("a"), dropout));

    List<String> spark = new ArrayList<>(List.of(dropout));
    spark.addAll(List.of("--set", "compute.workers=spark", "--set", "spark.master=local[2]"));
    assertThat(hash(train(corpus, folder.resolve("b"), spark.toArray(String[]::new))))
        .isEqualTo(alone);

    String[] half = {"--set", "train.steps=10", "--set", "model.gpt2.dropout=0.2"};
    assertThat(hash(train(corpus, folder.resolve("c"), half))).isNotEqualTo(alone);
    assertThat(hash(train(corpus, folder.resolve("c"), dropout))).isEqualTo(alone);

    List<String> checkpointing = new ArrayList<>(List.of(dropout));
    checkpointing.addAll(List.of("--set", "compute.activation-checkpointing=true"));
    assertThat(hash(train(corpus, folder.resolve("d"), checkpointing.toArray(String[]::new))))
        .isEqualTo(alone);
  }

  @Test
  void aHuggingFaceModelMatchesPyTorchAndCanBeFineTuned() throws IOException {
    assumeTrue(Files.exists(FIXTURE), FIXTURE + " is not there");
    JsonNode expected = JSON.readTree(FIXTURE.resolve("expected.json").toFile());
    Path corpus = folder.resolve("corpus");
    Done prepared =
        centroid(
            "prepare",
            SHARED.resolve("data").resolve("text").resolve("tinyshakespeare.txt").toString(),
            "--out",
            corpus.toString(),
            "--tokenizer",
            SHARED.resolve("data").resolve("gpt2-tokenizer").toString(),
            "--set",
            "spark.master=local[2]",
            "--json");
    assertThat(json(prepared).path("tokens").asInt()).isEqualTo(338_025);

    JsonNode measured =
        json(
            centroid(
                "evaluate",
                FIXTURE.toString(),
                "--data",
                corpus.toString(),
                "--json",
                "--set",
                LOCAL));
    assertThat(measured.path("loss").asDouble())
        .isCloseTo(expected.path("val_loss").asDouble(), within(1e-4));

    Path prompts = folder.resolve("prompts.txt");
    List<JsonNode> oneLine = new ArrayList<>();
    for (JsonNode prompt : expected.path("prompts")) {
      if (!prompt.path("text").asText().contains("\n")) {
        oneLine.add(prompt);
      }
    }
    Files.write(prompts, oneLine.stream().map(prompt -> prompt.path("text").asText()).toList());
    String[] onSpark = {
      "generate",
      FIXTURE.toString(),
      "--prompts",
      prompts.toString(),
      "--temperature",
      "0",
      "--max-new-tokens",
      "50",
      "--set",
      "spark.master=local[2]"
    };
    List<String> answers = lines(centroid(onSpark));
    List<String> byTorch =
        lines(
            centroid(
                Stream.concat(Stream.of(onSpark), Stream.of("--engine", "torch"))
                    .toArray(String[]::new)));
    List<String> scores =
        lines(
            centroid(
                Stream.concat(Stream.of(onSpark), Stream.of("--score")).toArray(String[]::new)));
    assertThat(answers).hasSameSizeAs(oneLine);
    for (int i = 0; i < oneLine.size(); i++) {
      assertThat(JSON.readTree(answers.get(i)).path("text").asText())
          .isEqualTo(oneLine.get(i).path("greedy_text").asText());
      assertThat(JSON.readTree(byTorch.get(i)).path("text").asText())
          .isEqualTo(oneLine.get(i).path("greedy_text").asText());
      assertThat(-JSON.readTree(scores.get(i)).path("logProbability").asDouble())
          .isCloseTo(oneLine.get(i).path("nll_sum").asDouble(), within(1e-4));
    }

    Path tuned = folder.resolve("tuned");
    Done done =
        centroid(
            "train",
            CentroidHome.find().conf().resolve("gpt2-finetune.conf").toString(),
            "--set",
            "model.init-from=" + FIXTURE,
            "--set",
            "data.path=" + corpus,
            "--set",
            "data.block=64",
            "--set",
            "train.steps=8",
            "--set",
            LOCAL,
            "--set",
            "run.dir=" + tuned,
            "--json");
    assertThat(json(done).path("validation").path("loss").asDouble()).isLessThan(5.6);
  }

  @Test
  void invalidSettingsAndInputsAreReportedInOneLine() throws IOException {
    Path corpus = characters();
    Path run = folder.resolve("run");
    refuses(train(corpus, run, "--set", "data.block=64"), "data.block must be at most");
    refuses(train(corpus, run, "--set", "model.gpt2.vocabulary=3"), "tokens, expected at most 3");
    refuses(train(corpus, run, "--set", "model.gpt2.size=tiny"), "model.gpt2.size must be one of");
    refuses(train(corpus, run, "--set", "data.format=digits"), "data.format must be");
    refuses(train(folder.resolve("nowhere"), run), "nowhere");
    assertThat(run).doesNotExist();

    Path bad = Files.write(folder.resolve("bad.txt"), new byte[] {'a', 'b', (byte) 0xFF, 'c'});
    Path out = folder.resolve("out");
    Done prepare =
        centroid(
            "prepare",
            bad.toString(),
            "--out",
            out.toString(),
            "--tokenizer",
            "characters",
            "--set",
            "spark.master=local[1]");
    refuses(prepare, "bad.txt");
    assertThat(prepare.err).contains("2");
    assertThat(out).doesNotExist();
  }

  private static final String LOCAL = "compute.workers=local";

  private static void refuses(Done done, String message) {
    assertThat(done.exitCode).as(done.err).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(done.err.lines().filter(line -> line.startsWith("centroid: ")))
        .singleElement()
        .asString()
        .contains(message);
  }

  private static String greedy(String model, String prompt) throws IOException {
    JsonNode answer =
        json(
            centroid(
                "generate",
                model,
                "--prompt",
                prompt,
                "--temperature",
                "0",
                "--max-new-tokens",
                "40",
                "--json"));
    return answer.path("prompts").path(0).path("text").asText();
  }

  /** Prepares a corpus of 20 kB of sentences over a few words. */
  private Path characters() throws IOException {
    List<String> words = List.of("the", "cat", "dog", "sees", "hears", "and", "runs", "home");
    StringBuilder text = new StringBuilder();
    java.util.SplittableRandom random = new java.util.SplittableRandom(9);
    while (text.length() < 20_000) {
      text.append(words.get(random.nextInt(words.size())))
          .append(random.nextInt(9) == 0 ? '\n' : ' ');
    }
    Path corpus = folder.resolve("characters");
    Path file = Files.writeString(folder.resolve("text.txt"), text);
    Done done =
        centroid(
            "prepare",
            file.toString(),
            "--out",
            corpus.toString(),
            "--tokenizer",
            "characters",
            "--set",
            "spark.master=local[1]");
    assertThat(done.exitCode).as(done.err).isZero();
    return corpus;
  }

  private static Done train(Path corpus, Path run, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "--json"));
    for (String key :
        List.of(
            "data.format=tokens",
            "data.path=" + corpus,
            "model.name=gpt2",
            "model.gpt2.layers=2",
            "model.gpt2.heads=2",
            "model.gpt2.width=32",
            "model.gpt2.positions=32",
            "train.workers=2",
            "train.local-steps=5",
            "train.batch-size=8",
            "optimizer.name=adamw",
            "optimizer.learning-rate=0.01",
            "optimizer.schedule.name=constant",
            LOCAL,
            "run.dir=" + run)) {
      arguments.addAll(List.of("--set", key));
    }
    arguments.addAll(List.of(more));
    return centroid(arguments.toArray(String[]::new));
  }

  private static String hash(Done done) throws IOException {
    return json(done).path("parametersSha256").asText();
  }

  private static List<String> lines(Done done) {
    assertThat(done.exitCode).as(done.err).isZero();
    return done.out.lines().toList();
  }

  private static JsonNode json(Done done) throws IOException {
    assertThat(done.exitCode).as(done.err).isZero();
    return JSON.readTree(done.out);
  }

  private record Done(int exitCode, String out, String err) {}

  private static Done centroid(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Centroid.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Done(exitCode, out.toString(), err.toString());
  }
}
