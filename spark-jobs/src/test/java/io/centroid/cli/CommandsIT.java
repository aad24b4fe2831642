package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.SyntheticDigitFiles;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.error.ExitCode;
import io.centroid.evaluate.Evaluator;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Learner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands as scripts use them, each on its own embedded Spark. */
class CommandsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TRAIN = 1_200;
  private static final int TEST = 300;

  @TempDir private Path folder;

  private Path data;
  private Path run;

  @BeforeEach
  void createPaths() {
    data = folder.resolve("data");
    run = folder.resolve("run");
    TaskCount.TASKS.set(0);
  }

  /** Counts the tasks of the command's SparkContext. */
  public static final class TaskCount extends SparkListener {
    static final AtomicInteger TASKS = new AtomicInteger();

    @Override
    public void onTaskStart(SparkListenerTaskStart event) {
      TASKS.incrementAndGet();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"idx", "gzipped idx", "csv"})
  void trainsEvaluatesAndPredicts(String kind) throws Exception {
    writeDigits(kind);
    Done train = train("train.steps=60");
    assertThat(train.exitCode).isZero();
    JsonNode result = train.json();
    assertThat(names(result))
        .contains(
            "runDir",
            "step",
            "rounds",
            "examples",
            "examplesPerSecond",
            "parametersSha256",
            "validation",
            "test");
    assertThat(result.path("runDir").asText()).isEqualTo(run.toString());
    assertThat(result.path("step").asLong()).isEqualTo(60);
    assertThat(result.path("rounds").asLong()).isEqualTo(7); // One round ends early with the epoch.
    assertThat(result.path("examplesPerSecond").asDouble()).isPositive();
    assertThat(names(result.path("validation"))).containsExactly("accuracy", "loss");
    assertThat(names(result.path("test"))).containsExactly("accuracy", "loss");

    Done evaluate =
        run(
            "evaluate",
            run.toString(),
            "--recorded-data",
            "--json",
            "--set",
            "spark.master=local[2]");
    assertThat(evaluate.exitCode).isZero();
    JsonNode evaluation = evaluate.json();
    assertThat(evaluation.path("examples").asLong()).isEqualTo(TEST);
    assertThat(evaluation.path("accuracy")).isEqualTo(result.path("test").path("accuracy"));
    assertThat(evaluation.path("loss")).isEqualTo(result.path("test").path("loss"));
    assertThat(evaluation.path("perplexity").asDouble())
        .isEqualTo(Math.exp(evaluation.path("loss").asDouble()));
    long[][] confusion = JSON.treeToValue(evaluation.path("confusion"), long[][].class);
    assertThat(Arrays.stream(confusion).flatMapToLong(Arrays::stream).sum()).isEqualTo(TEST);
    long correct = 0;
    for (int label = 0; label < confusion.length; label++) {
      correct += confusion[label][label];
    }
    assertThat((double) correct / TEST).isEqualTo(evaluation.path("accuracy").asDouble());

    assertThat(predicted()).isEqualTo(predictedOneByOne());
  }

  @Test
  void predictsKagglesTestFileWithoutLabels() throws Exception {
    SyntheticDigitFiles.of(Split.TRAIN, TRAIN).writeCsv(data.resolve("train.csv"), true);
    SyntheticDigitFiles.of(Split.TEST, TEST).writeCsv(data.resolve("test.csv"), false);
    Done train = train("data.format=csv", "train.steps=30");
    assertThat(train.exitCode).isZero();
    assertThat(names(train.json().path("test"))).isEmpty();
    assertThat(predicted()).isEqualTo(predictedOneByOne());
    Done evaluate = run("evaluate", run.toString(), "--recorded-data", "--json");
    assertThat(evaluate.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(evaluate.errors()).singleElement().asString().contains("no labeled test examples");
  }

  @Test
  void rerunReturnsTheResultWithoutTraining() throws Exception {
    writeDigits("idx");
    JsonNode first = train("train.steps=20").json();
    Done again = train("train.steps=20");
    assertThat(again.json()).isEqualTo(first);
    assertThat(again.err).contains("is finished");
  }

  @Test
  void rewritesATruncatedResultOfAKilledRun() throws Exception {
    writeDigits("idx");
    JsonNode first = train("train.steps=20").json();
    Files.writeString(run.resolve("result.json"), "{\"runDir\": \"/tm");
    Done again = train("train.steps=20");
    assertThat(again.exitCode).as(again.err).isZero();
    assertThat(again.json().path("parametersSha256")).isEqualTo(first.path("parametersSha256"));
    assertThat(again.json().path("test")).isEqualTo(first.path("test"));
    ObjectNode written = (ObjectNode) JSON.readTree(run.resolve("result.json").toFile());
    written.remove(ChecksummedJson.KEY);
    assertThat(written).isEqualTo(again.json());
  }

  @Test
  void reportsDamagedTrainingDataInOneLineAndLeavesNoFiles() throws Exception {
    SyntheticDigitFiles digits = SyntheticDigitFiles.of(Split.TRAIN, TRAIN);
    digits.labels()[801] = 77;
    digits.writeIdx(data, "train");
    Done train = train("data.classes=10");
    assertThat(train.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(train.out).isEmpty();
    assertThat(train.errors())
        .containsExactly(
            "centroid: "
                + data.resolve("train-labels-idx1-ubyte")
                + ": record 801: label 77, expected 0..9");
    assertThat(run).doesNotExist();
    assertThat(TaskCount.TASKS).hasValue(2);
  }

  @Test
  void reportsADamagedTestFileInOneLineAndLeavesNoFiles() throws Exception {
    SyntheticDigitFiles.of(Split.TRAIN, TRAIN).writeCsv(data.resolve("train.csv"), true);
    SyntheticDigitFiles.of(Split.TEST, TEST).writeCsv(data.resolve("test.csv"), false);
    assertThat(train("data.format=csv", "train.steps=10").exitCode).isZero();
    List<String> lines = new ArrayList<>(Files.readAllLines(data.resolve("test.csv")));
    lines.set(250, lines.get(250).replaceFirst("^\\d+,\\d+", "0,x"));
    Files.write(data.resolve("test.csv"), lines);
    TaskCount.TASKS.set(0);
    Path out = folder.resolve("submission.csv");
    // Spark allows two attempts here.
    Done predict =
        run(
            "predict",
            run.toString(),
            "--recorded-data",
            "--out",
            out.toString(),
            "--set",
            "spark.master=local[2,2]",
            "--set",
            "spark.conf.\"spark.extraListeners\"=" + TaskCount.class.getName());
    assertThat(predict.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(predict.errors())
        .singleElement()
        .asString()
        .startsWith("centroid: ")
        .contains("test.csv")
        .contains("251");
    assertThat(out).doesNotExist();
    assertThat(TaskCount.TASKS).hasValue(2);
  }

  @Test
  void divergedRunStopsAtItsLastGoodCheckpoint() throws Exception {
    writeDigits("idx");
    // The weight decay diverges: each step multiplies the weights by -1.5.
    Done train =
        train(
            "train.epochs=30",
            "checkpoint.every-rounds=1",
            "optimizer.learning-rate=0.1",
            "optimizer.weight-decay=25");
    assertThat(train.exitCode).isEqualTo(ExitCode.DIVERGED);
    assertThat(train.out).isEmpty();
    assertThat(train.errors()).hasSize(1);
    Matcher fault =
        Pattern.compile("centroid: training diverged in round (\\d+): .*worker [01] .*")
            .matcher(train.errors().get(0));
    assertThat(fault.matches()).as(train.err).isTrue();
    TrainedModel newest =
        TrainedModel.load(
            new HadoopFiles(new Configuration()), run.toString(), false, Centroid.ENGINES);
    assertThat(
            CheckpointStore.openVerified(
                    new org.apache.hadoop.fs.Path(newest.path()), new Configuration())
                .manifest()
                .round())
        .isPositive()
        .isEqualTo(Long.parseLong(fault.group(1)));
    Done evaluate =
        run(
            "evaluate",
            run.toString(),
            "--recorded-data",
            "--json",
            "--set",
            "spark.master=local[2]");
    assertThat(evaluate.exitCode).as(evaluate.err).isZero();
    assertThat(run.resolve("result.json")).doesNotExist();
  }

  private void writeDigits(String kind) throws IOException {
    SyntheticDigitFiles train = SyntheticDigitFiles.of(Split.TRAIN, TRAIN);
    SyntheticDigitFiles test = SyntheticDigitFiles.of(Split.TEST, TEST);
    switch (kind) {
      case "idx" -> {
        train.writeIdx(data, "train");
        test.writeIdx(data, "t10k");
      }
      case "gzipped idx" -> {
        train.writeGzippedIdx(data, "train");
        test.writeGzippedIdx(data, "t10k");
      }
      default -> {
        train.writeCsv(data.resolve("train.csv"), true);
        test.writeCsv(data.resolve("test.csv"), true);
      }
    }
  }

  /** Predicted classes of a submission file, in order. */
  private List<Integer> predicted() throws IOException {
    Path out = folder.resolve("submission.csv");
    Done predict =
        run(
            "predict",
            run.toString(),
            "--recorded-data",
            "--out",
            out.toString(),
            "--json",
            "--set",
            "spark.master=local[2]");
    assertThat(predict.exitCode).as(predict.err).isZero();
    assertThat(predict.json().path("examples").asInt()).isEqualTo(TEST);
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.get(0)).isEqualTo("ImageId,Label");
    List<Integer> classes = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String[] fields = lines.get(i).split(",", -1);
      assertThat(fields[0]).isEqualTo(String.valueOf(i));
      classes.add(Integer.parseInt(fields[1]));
    }
    return classes;
  }

  /** Expected classes, by a plain loop over the test digits. */
  private List<Integer> predictedOneByOne() throws IOException {
    TrainedModel model =
        TrainedModel.load(
            new HadoopFiles(new Configuration()), run.toString(), false, Centroid.ENGINES);
    Learner learner = model.network().newLearner();
    learner.parameters().load(model.parameters());
    SyntheticDigitFiles digits = SyntheticDigitFiles.of(Split.TEST, TEST);
    InputShape shape = new InputShape(1, 28, 28);
    Batch batch = new Batch(shape, 1);
    List<Integer> classes = new ArrayList<>();
    for (int i = 0; i < digits.count(); i++) {
      Examples.Builder one = new Examples.Builder(shape, SourceSchema.FeatureKind.PIXELS);
      one.addImage(digits.pixels(), i * SyntheticDigitFiles.SIZE, Float.NaN);
      batch.fill(one.build(), model.normalization(), 0, 1);
      classes.add(Evaluator.mostProbable(learner.predict(batch), 0, learner.outputs()));
    }
    return classes;
  }

  private Done train(String... settings) {
    List<String> arguments = new ArrayList<>(List.of("train", "--json"));
    List<String> keys =
        new ArrayList<>(
            List.of(
                "spark.master=local[2]",
                "spark.conf.\"spark.extraListeners\"=" + TaskCount.class.getName(),
                "data.format=" + (Files.exists(data.resolve("train.csv")) ? "csv" : "idx"),
                "data.path=" + data,
                "run.dir=" + run,
                "model.hidden=[16]",
                "train.batch-size=16",
                "train.local-steps=10"));
    keys.addAll(List.of(settings));
    keys.forEach(key -> arguments.addAll(List.of("--set", key)));
    return run(arguments.toArray(String[]::new));
  }

  private static Done run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Centroid.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    return new Done(exitCode, out.toString(), err.toString());
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private record Done(int exitCode, String out, String err) {
    /** The JSON object on standard output. */
    JsonNode json() throws IOException {
      assertThat(out.lines()).as("out: %s, err: %s", out, err).hasSize(1);
      return JSON.readTree(out);
    }

    List<String> errors() {
      return err.lines().filter(line -> line.startsWith("centroid: ")).toList();
    }
  }
}
