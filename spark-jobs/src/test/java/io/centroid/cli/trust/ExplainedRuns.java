package io.centroid.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.cli.Centroid;
import io.centroid.error.ExitCode;
import io.centroid.report.ExplanationsRecord;
import io.centroid.text.CharacterTokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Trains small models on threads, and runs commands in this JVM. */
record ExplainedRuns(Path folder, StringWriter out, StringWriter err) {

  ExplainedRuns(Path folder) {
    this(folder, new StringWriter(), new StringWriter());
  }

  /** A dense network on 600 digits. */
  Path digits() {
    return trained(
        "digits",
        "data.digits.train=600",
        "data.digits.test=100",
        "train.local-steps=5",
        "train.epochs=4");
  }

  /**
   * A classifier of rows of a table: the class is 1 if the column "loud" is above 0, whatever the
   * column "quiet" is.
   *
   * @param more more settings
   */
  Path table(String... more) throws IOException {
    return tableWith("quiet", more);
  }

  /** The same with another name for the column "quiet". */
  Path tableWith(String quiet, String... more) throws IOException {
    StringBuilder rows = new StringBuilder("label,loud," + quiet + "\n");
    for (int i = 0; i < 400; i++) {
      double loud = Math.sin(1.7 * i);
      rows.append(loud > 0 ? 1 : 0).append(',').append(loud).append(',');
      rows.append(Math.cos(2.3 * i)).append('\n');
    }
    Files.writeString(folder.resolve("table.csv"), rows);
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.format=csv",
                "data.path=" + folder.resolve("table.csv"),
                "data.csv.target=label",
                "data.csv.features=numbers",
                "data.normalization=standardize",
                "optimizer.learning-rate=0.5",
                "train.local-steps=5",
                "train.epochs=20"));
    settings.addAll(List.of(more));
    return trained("table", settings.toArray(String[]::new));
  }

  /** A classifier of texts of two classes, which "good" and "bad" tell apart. */
  Path texts() throws IOException {
    Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
    for (Map.Entry<String, byte[]> file :
        CharacterTokenizer.of("abcdefghijklmnopqrstuvwxyz ").files().entrySet()) {
      Files.write(tokenizer.resolve(file.getKey()), file.getValue());
    }
    StringBuilder rows = new StringBuilder("label,text\n");
    List<String> things = List.of("film", "book", "song", "trip", "meal");
    for (int i = 0; i < 600; i++) {
      boolean good = i % 2 == 0;
      rows.append(good ? "positive," : "negative,");
      rows.append(i % 3 == 0 ? "the " : "a ").append(good ? "good " : "bad ");
      rows.append(things.get(i / 2 % 5)).append('\n');
    }
    Path data = Files.createDirectories(folder.resolve("reviews"));
    Files.writeString(data.resolve("train.csv"), rows);
    return trained(
        "texts",
        "data.format=texts",
        "data.path=" + data,
        "data.texts.tokenizer=" + tokenizer,
        "data.block=24",
        "model.name=gpt2",
        "model.gpt2.layers=1",
        "model.gpt2.heads=2",
        "model.gpt2.width=32",
        "model.gpt2.positions=24",
        "train.workers=1",
        "train.batch-size=16",
        "train.epochs=4",
        "train.inner-state=keep",
        "optimizer.name=adamw",
        "optimizer.learning-rate=0.003");
  }

  private Path trained(String name, String... settings) {
    Path run = folder.resolve(name);
    List<String> command =
        new ArrayList<>(List.of("train", "--set", "compute.workers=local", "--quiet"));
    for (String setting : settings) {
      command.addAll(List.of("--set", setting));
    }
    command.addAll(List.of("--set", "run.dir=" + run));
    run(command.toArray(String[]::new));
    return run;
  }

  /** Runs a command that succeeds; returns what it printed. */
  String run(String... command) {
    assertThat(exitCode(command)).as(err.toString()).isEqualTo(ExitCode.DONE);
    return out.toString();
  }

  /** Runs a command; returns its exit code. */
  int exitCode(String... command) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Centroid.run(new PrintWriter(out, true), new PrintWriter(err, true), command);
  }

  /** Runs a command with {@code --json}. */
  JsonNode json(String... command) throws IOException {
    return new ObjectMapper().readTree(run(command));
  }

  /** The explanations in a folder. */
  static ExplanationsRecord record(Path explanations) throws IOException {
    return ExplanationsRecord.parse(
        "f", Files.readAllBytes(explanations.resolve(ExplanationsRecord.FILE)));
  }
}
