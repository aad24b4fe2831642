package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on local threads, without Spark. */
class TrainEvaluatePredictTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;
  private Path run;
  private Path table;

  @BeforeEach
  void writeTable() throws IOException {
    run = folder.resolve("a run");
    table = folder.resolve("table.csv");
    StringBuilder rows = new StringBuilder("label,x,y\n");
    for (int i = 0; i < 60; i++) {
      int label = i % 3;
      rows.append(label)
          .append(',')
          .append(label == 1 ? 2 + i / 60.0 : i / 60.0)
          .append(',')
          .append(label == 2 ? 2 - i / 60.0 : -i / 60.0)
          .append('\n');
    }
    Files.writeString(table, rows);
  }

  @Test
  void trainsEvaluatesAndPredictsATable() throws IOException {
    JsonNode trained = json(train("--json"));
    assertThat(trained.path("runDir").asText()).isEqualTo(run.toString());
    assertThat(trained.path("rounds").asLong()).isEqualTo(20);
    assertThat(trained.path("wallSeconds").asDouble()).isPositive();
    assertThat(trained.path("parametersSha256").asText()).matches("[0-9a-f]{64}");
    assertThat(run.toFile().list())
        .containsExactlyInAnyOrder(
            "checkpoints",
            "effective.conf",
            "metrics.jsonl",
            "report.html",
            "report.json",
            "result.json",
            "tensorboard");

    JsonNode measured =
        json(local("evaluate", run.toString(), "--recorded-data", "--part", "train", "--json"));
    assertThat(measured.path("examples").asLong()).isEqualTo(60);
    assertThat(measured.path("accuracy").asDouble()).isGreaterThan(0.9);

    Path submission = folder.resolve("out/submission.csv");
    JsonNode predicted =
        json(
            local(
                "predict",
                run.toString(),
                "--recorded-data",
                "--out",
                submission.toString(),
                "--json"));
    assertThat(predicted.path("examples").asLong()).isEqualTo(60);
    assertThat(Files.readAllLines(submission)).hasSize(61).first().isEqualTo("ImageId,Label");
  }

  @Test
  void columnsAndClassesGoByName() throws IOException {
    String named = Files.readString(table).replaceAll("(?m)^([012]),", "class $1,");
    Files.writeString(table, named);
    assertThat(train()).as(err.toString()).isEqualTo(ExitCode.DONE);
    StringBuilder permuted = new StringBuilder("y;id;x;label\n");
    for (String line : named.lines().skip(1).toList()) {
      String[] fields = line.split(",");
      permuted.append(fields[2] + ";7;" + fields[1] + ";" + fields[0] + "\n");
    }
    Path other = Files.writeString(folder.resolve("other.csv"), permuted);
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    JsonNode measured =
        json(local("evaluate", run.toString(), "--data", other.toString(), "--json"));
    assertThat(measured.path("examples").asLong()).isEqualTo(60);
    assertThat(measured.path("accuracy").asDouble()).isGreaterThan(0.9);
    String note = ": ignoring the column 'id', which the training data does not have";
    assertThat(err.toString()).containsOnlyOnce(other + note);
    err.getBuffer().setLength(0);

    Path predictions = folder.resolve("predictions.csv");
    String[] command = {
      "predict", run.toString(), "--data", other.toString(), "--out", predictions.toString()
    };
    assertThat(local(command)).isEqualTo(ExitCode.DONE);
    assertThat(Files.readAllLines(predictions))
        .hasSize(61)
        .startsWith("Record,Label", "1,class 0", "2,class 1", "3,class 2");
    assertThat(err.toString()).containsOnlyOnce(other + note);

    Files.writeString(other, "y,X\n1,2\n");
    assertThat(local(command)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString())
        .contains(
            "centroid: "
                + other
                + ": line 1: no column 'x', expected the columns of the training data; did you mean"
                + " 'X'? The columns are 'y', 'X'");
  }

  @Test
  void dataOfOnesOwnHasItsOwnDefaults() throws IOException {
    String home = System.getProperty(Centroid.HOME);
    Path root = Path.of(home == null ? ".." : home).toAbsolutePath().normalize();
    System.setProperty(Centroid.HOME, root.toString());
    try {
      SplittableRandom random = new SplittableRandom(1);
      StringBuilder rows = new StringBuilder("area,rooms,garden,price\n");
      for (int i = 0; i < 400; i++) {
        int area = 40 + random.nextInt(200);
        int rooms = 1 + random.nextInt(6);
        boolean garden = random.nextBoolean();
        double extras = 20_000 * random.nextDouble();
        rows.append(area + "," + rooms + "," + garden + ",");
        rows.append(2_000 * area + 15_000 * rooms + (garden ? 50_000 : 0) + extras + "\n");
      }
      Files.writeString(table, rows);
      String[] regression = {
        "train",
        "--json",
        "--set",
        "data.format=csv",
        "--set",
        "data.path=" + table,
        "--set",
        "data.csv.target=price",
        "--set",
        "model.loss=mean-squared-error",
        "--set",
        "run.dir=" + run
      };
      JsonNode result = json(local(regression));
      assertThat(result.path("validation").path("r2").asDouble()).isGreaterThan(0.95);
      assertThat(err.toString())
          .containsOnlyOnce("no CONF is named: using " + root.resolve("conf/table.conf"));
      String[] texts = {"train", "--set", "data.format=texts", "--set", "data.path=" + table};
      assertThat(local(texts)).isEqualTo(ExitCode.BAD_INPUT);
      assertThat(err.toString()).contains("model.init-from").doesNotContain("model.name");
    } finally {
      if (home == null) {
        System.clearProperty(Centroid.HOME);
      } else {
        System.setProperty(Centroid.HOME, home);
      }
    }
  }

  @Test
  void rerunReturnsTheSameResult() throws IOException {
    JsonNode first = json(train("--json"));
    JsonNode second = json(train("--json"));
    assertThat(second).isEqualTo(first);
    assertThat(err.toString()).contains(run + " is finished; its result:");
  }

  @Test
  void runsAreIndependent() throws IOException {
    JsonNode first = json(train("--json"));
    assertThat(
            train(
                "--set", "optimizer.learning-rate=1e30", "--set", "run.dir=" + folder.resolve("b")))
        .isEqualTo(ExitCode.DIVERGED);
    JsonNode again = json(train("--json", "--set", "run.dir=" + folder.resolve("c")));
    assertThat(again.path("parametersSha256")).isEqualTo(first.path("parametersSha256"));
  }

  @Test
  void printsASummaryAndACommandToCopy() {
    assertThat(train()).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .containsPattern(
            "Trained 20 epochs: 1,200 examples in [0-9.]+ s \\([0-9,]+ examples/s, start-up and"
                + " evaluation included\\)")
        .doesNotContain("SHA-256")
        .contains("centroid evaluate '" + run + "' --recorded-data --part train");
  }

  @Test
  void statisticsAreShownOnRequest() {
    assertThat(train()).isEqualTo(ExitCode.DONE);
    assertThat(err.toString()).contains(" training, ").doesNotContain("peak memory", "shards");
    assertThat(train("--verbose", "--set", "run.dir=" + folder.resolve("b")))
        .isEqualTo(ExitCode.DONE);
    assertThat(err.toString()).contains("peak memory", " shards on ", "% local steps");
    assertThat(out.toString()).contains("  parameters  SHA-256 ", "  rounds      20");
  }

  @Test
  void aResumedRunCountsTheExamplesOfTheLastProcess() {
    assertThat(TrainCommand.pace(1000, 250, 10))
        .isEqualTo(
            "250 of 1,000 examples in 10.0 s (25 examples/s, start-up and evaluation included)");
    assertThat(TrainCommand.pace(1000, 0, 10)).isEqualTo("1,000 examples");
  }

  @Test
  void doesNotTouchTheRunOfAnotherConfiguration() throws IOException {
    train();
    byte[] configuration = Files.readAllBytes(run.resolve("effective.conf"));
    err.getBuffer().setLength(0);
    assertThat(train("--set", "optimizer.learning-rate=0.2")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("optimizer.learning-rate was 0.5 and is 0.2", "run.dir");
    assertThat(run.resolve("effective.conf")).hasBinaryContent(configuration);
  }

  @Test
  void divergenceHasItsOwnExitCode() {
    assertThat(train("--set", "optimizer.learning-rate=1e30")).isEqualTo(ExitCode.DIVERGED);
    assertThat(err.toString()).contains("centroid: training diverged in round 0");
  }

  @Test
  void writesNoFilesIfDataIsDamaged() throws IOException {
    Files.writeString(table, "label,x,y\n0,1,2\n1,2\n");
    assertThat(train()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("table.csv: line 3");
    assertThat(run).doesNotExist();
  }

  @Test
  void rejectsAFolderThatIsNotARun() {
    assertThat(local("evaluate", folder.toString())).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("no checkpoint; expected a run's folder or a checkpoint's");
  }

  private int train(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--set",
                "data.format=csv",
                "--set",
                "data.path=" + table,
                "--set",
                "data.csv.features=numbers",
                "--set",
                "data.normalization=standardize",
                "--set",
                "data.validation-split=0",
                "--set",
                "model.hidden=[8]",
                "--set",
                "train.batch-size=15",
                "--set",
                "train.epochs=20",
                "--set",
                "optimizer.learning-rate=0.5",
                "--set",
                "run.dir=" + run));
    arguments.addAll(List.of(more));
    return local(arguments.toArray(String[]::new));
  }

  private int local(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--set", "compute.workers=local"));
    return Centroid.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }

  /** The JSON object on standard output. */
  private JsonNode json(int exitCode) throws IOException {
    assertThat(exitCode).as(err.toString()).isEqualTo(ExitCode.DONE);
    JsonNode node = new ObjectMapper().readTree(out.toString());
    out.getBuffer().setLength(0);
    return node;
  }
}
