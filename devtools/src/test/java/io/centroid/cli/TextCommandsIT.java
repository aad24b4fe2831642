package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.cluster.CentroidHome;
import io.centroid.error.ExitCode;
import io.centroid.text.CharacterTokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands for text classification, each on embedded Spark. */
class TextCommandsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> WORDS = List.of("good", "bad", "lovely", "awful");
  private static final List<String> THINGS = List.of("film", "book", "meal", "song", "trip");

  @TempDir private Path folder;
  private Path run;
  private String exam;

  @BeforeEach
  void writeTokenizerAndTexts() throws IOException {
    run = folder.resolve("run");
    Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
    Map<String, byte[]> files = CharacterTokenizer.of("abcdefghijklmnopqrstuvwxyz \n,").files();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(tokenizer.resolve(file.getKey()), file.getValue());
    }
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("train.csv"), reviews(400));
    exam = Files.writeString(folder.resolve("exam.csv"), reviews(60)).toString();
  }

  @Test
  void trainsEvaluatesAndPredicts() throws IOException {
    JsonNode trained = json(train());
    assertThat(trained.path("validation").path("accuracy").asDouble()).isGreaterThan(0.9);

    JsonNode measured = json(spark("evaluate", run.toString(), "--data", exam, "--json"));
    assertThat(measured.path("examples").asInt()).isEqualTo(60);
    assertThat(measured.path("classes").findValuesAsText("class"))
        .containsExactly("bad, sadly", "good");
    Done cut = spark("evaluate", run.toString(), "--data", exam, "--set", "data.block=3", "--json");
    assertThat(json(cut).path("examples").asInt()).isEqualTo(60);
    assertThat(cut.err)
        .containsOnlyOnce("60 texts are longer than data.block = 3 tokens and are truncated");

    Path out = folder.resolve("predictions.csv");
    JsonNode predicted =
        json(spark("predict", run.toString(), "--data", exam, "--out", out.toString(), "--json"));
    assertThat(predicted.path("examples").asInt()).isEqualTo(60);
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(61).first().isEqualTo("Record,Label");
    int correct = 0;
    for (int i = 0; i < 60; i++) {
      correct += lines.get(i + 1).equals((i + 1) + "," + label(i)) ? 1 : 0;
    }
    assertThat(correct / 60.0).isEqualTo(measured.path("accuracy").asDouble()).isGreaterThan(0.9);

    Path unlabeled = folder.resolve("texts.jsonl");
    Files.writeString(unlabeled, "{\"text\": \"a good film\"}\n{\"text\": \"an awful film\"}\n");
    json(
        spark(
            "predict",
            run.toString(),
            "--data",
            unlabeled.toString(),
            "--out",
            out.toString(),
            "--json"));
    assertThat(Files.readAllLines(out))
        .containsExactly("Record,Label", "1,good", "2,\"bad, sadly\"");
    Done evaluate = spark("evaluate", run.toString(), "--data", unlabeled.toString());
    assertThat(evaluate.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(evaluate.err).contains("found no labeled test examples");
  }

  @Test
  void theIncludedConfigurationFineTunesAModel() throws IOException {
    json(train("--set", "train.steps=5"));
    Path tuned = folder.resolve("tuned");
    Done done =
        spark(
            "train",
            CentroidHome.find().conf().resolve("gpt2-classify.conf").toString(),
            "--set",
            "model.init-from=" + run,
            "--set",
            "data.path=" + folder.resolve("data"),
            "--set",
            "data.block=32",
            "--set",
            "run.dir=" + tuned,
            "--json");
    assertThat(json(done).path("validation").path("accuracy").asDouble()).isPositive();
    assertThat(done.err).contains("starting from the parameters of");
  }

  @Test
  void damagedTextsAreReportedInOneLineWithoutTheirContent() throws IOException {
    json(train("--set", "train.steps=2"));
    Files.writeString(Path.of(exam), "text,label\na secret,good\na secret,secret\n");
    Done evaluate = spark("evaluate", run.toString(), "--data", exam, "--json");
    assertThat(evaluate.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(evaluate.out).isEmpty();
    assertThat(evaluate.err)
        .contains(
            "centroid: "
                + exam
                + ": line 3: unknown label, expected one of the classes bad, sadly, good")
        .doesNotContain("secret");
  }

  private static String reviews(int count) {
    StringBuilder table = new StringBuilder("text,label\n");
    for (int i = 0; i < count; i++) {
      String thing = THINGS.get(i % THINGS.size());
      table.append("\"a ").append(WORDS.get(i % WORDS.size())).append(' ').append(thing);
      table.append(i % 3 == 0 ? ",\nreally\"," : "\",").append(label(i)).append('\n');
    }
    return table.toString();
  }

  private static String label(int i) {
    return i % 2 == 0 ? "good" : "\"bad, sadly\"";
  }

  private Done train(String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "--json"));
    for (String key :
        List.of(
            "data.format=texts",
            "data.path=" + folder.resolve("data"),
            "data.texts.tokenizer=" + folder.resolve("tokenizer"),
            "data.validation-split=0.1",
            "model.name=gpt2",
            "model.gpt2.layers=1",
            "model.gpt2.heads=2",
            "model.gpt2.width=16",
            "model.gpt2.positions=32",
            "train.batch-size=16",
            "train.local-steps=10",
            "train.epochs=10",
            "optimizer.name=adamw",
            "optimizer.learning-rate=0.01",
            "optimizer.schedule.name=cosine",
            "optimizer.schedule.warmup-steps=100",
            "run.dir=" + run)) {
      arguments.addAll(List.of("--set", key));
    }
    arguments.addAll(List.of(more));
    return spark(arguments.toArray(String[]::new));
  }

  private static Done spark(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--set", "spark.master=local[2]"));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Centroid.run(
            new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    return new Done(exitCode, out.toString(), err.toString());
  }

  private static JsonNode json(Done done) throws IOException {
    assertThat(done.exitCode).as(done.err).isEqualTo(ExitCode.DONE);
    return JSON.readTree(done.out);
  }

  private record Done(int exitCode, String out, String err) {}
}
