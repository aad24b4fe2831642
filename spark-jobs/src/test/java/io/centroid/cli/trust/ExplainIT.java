package io.centroid.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.error.ExitCode;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.report.ExplanationsRecord;
import io.centroid.run.data.DataChoice;
import io.centroid.run.data.DataConfiguration;
import io.centroid.run.data.ModelData;
import io.centroid.spark.LocalCluster;
import io.centroid.spark.explain.ExampleReader;
import io.centroid.spark.explain.ExplainJob;
import io.centroid.spark.explain.ExplainSettings;
import io.centroid.spark.explain.ExplainedModel;
import io.centroid.spark.explain.ImportanceSummary;
import io.centroid.spark.text.CorpusProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Explanations of a data set as a Spark job. */
class ExplainIT {
  @TempDir private Path folder;

  @Test
  void theFilesDoNotDependOnTheNumberOfExecutors() throws Exception {
    ExplainedRuns runs = new ExplainedRuns(folder);
    Path run = runs.table();
    Path all = explained(runs, run, "local[1]", "a");
    assertThat(lines(all))
        .hasSize(400)
        .allMatch(line -> line.contains("train, the row at offset "));
    assertThat(contents(explained(runs, run, "local[3]", "b"))).isEqualTo(contents(all));
    Path some = explained(runs, run, "local[1]", "c", "--count", "50");
    assertThat(lines(some)).hasSize(50).isSubsetOf(lines(all));
    assertThat(contents(explained(runs, run, "local[3]", "d", "--count", "50")))
        .isEqualTo(contents(some));
    ExplanationsRecord record = ExplainedRuns.record(some);
    assertThat(record.plots()).containsExactly("importance.svg", "beeswarm.svg");
    String swarm = Files.readString(some.resolve("beeswarm.svg"));
    assertThat(swarm.split("<circle", -1)).hasSize(101); // 50 points of each of 2 columns
    assertThat(lines(onExecutors(run))).isEqualTo(lines(all));
    Path bad = folder.resolve("bad.csv");
    Files.writeString(bad, "label,loud,quiet\n1,0.5,0.5\n0,anna@example.org,0.5\n");
    int code =
        runs.exitCode(
            "explain", run.toString(), "--spark", "--master", "local[2]", "--data", bad.toString());
    assertThat(code).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(runs.err().toString())
        .contains(bad + ": line 3, column 2: expected a finite number, found text in column 'loud'")
        .doesNotContain("anna");
  }

  /** The same explanations, without pictures, by executors that are processes of their own. */
  private Path onExecutors(Path run) throws Exception {
    HadoopFiles files = new HadoopFiles(new Configuration());
    TrainedModel trained = TrainedModel.load(files, run.toString(), false, Engines.CPU);
    ExplainInputs inputs =
        new ExplainInputs(
            files,
            trained,
            ModelData.toEvaluate(
                trained, DataConfiguration.of(trained, DataChoice.RECORDED), files, false));
    ExampleReader reader = inputs.reader();
    ExplainedModel model =
        ExplainedModel.of(
            trained,
            ExplainedModel.names(trained, inputs.classNames()),
            inputs.background(data -> data.sample(0, 20)),
            new ExplainSettings(ExplainSettings.Method.SHAP, 0, 0, 1, 1));
    Path out = Files.createDirectory(folder.resolve("executors"));
    SparkConf conf =
        new SparkConf(false).setMaster("local-cluster[2,1,1024]").setAppName("explain");
    try (LocalCluster cluster = LocalCluster.start(folder.resolve("home"), conf)) {
      cluster.awaitExecutors(2);
      Counted counted = new Counted();
      ImportanceSummary summary =
          new ExplainJob(model, files, reader.source(), reader.split(), 0)
              .run(cluster.spark(), files.path(out.toString()), counted);
      assertThat(summary.count()).isEqualTo(400);
      assertThat(counted.passes).containsExactly("explaining 64");
      assertThat(counted.tasks).hasValue(64);
    }
    return out;
  }

  private static final class Counted implements CorpusProgress {
    private final List<String> passes = new ArrayList<>();
    private final AtomicInteger tasks = new AtomicInteger();

    @Override
    public void onNote(String note) {}

    @Override
    public void onPass(String what, int count) {
      passes.add(what + " " + count);
    }

    @Override
    public void onTask() {
      tasks.incrementAndGet();
    }
  }

  private Path explained(ExplainedRuns runs, Path run, String master, String name, String... more) {
    Path out = folder.resolve(name);
    List<String> command =
        new ArrayList<>(
            List.of(
                "explain",
                run.toString(),
                "--recorded-data",
                "--spark",
                "--master",
                master,
                "--class",
                "1",
                "--out",
                out.toString()));
    command.addAll(List.of(more));
    runs.run(command.toArray(String[]::new));
    return out;
  }

  private static boolean isText(Path file) {
    return file.toString().matches(".*/[a-z][^/]*[.](json|jsonl|svg)");
  }

  /** Contents of the files by name, except for the PNG files. */
  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(ExplainIT::isText).toList()) {
        contents.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return contents;
  }

  private static List<String> lines(Path folder) throws IOException {
    return contents(folder).entrySet().stream()
        .filter(file -> file.getKey().endsWith(".jsonl"))
        .flatMap(file -> file.getValue().lines())
        .toList();
  }
}
