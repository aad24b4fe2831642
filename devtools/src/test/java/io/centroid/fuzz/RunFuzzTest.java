package io.centroid.fuzz;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.centroid.cluster.ClusterState;
import io.centroid.config.RunConfig;
import io.centroid.run.metrics.MetricsLog;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.CarriedState;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.FieldSource;

/** Fuzz targets for configurations, metrics, results and the state of a development cluster. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class RunFuzzTest {
  private static final TrainState RESUMED =
      new TrainState(15, 15, 0, 15, 15, new float[0], CarriedState.nothing());

  @TempDir private static Path folder;

  static final FuzzTarget CONFIGURATION =
      new FuzzTarget(32 << 20, 4000, RunFuzzTest::configure, RunFuzzTest::configurations);

  static final FuzzTarget METRICS =
      new FuzzTarget(1 << 20, 2000, RunFuzzTest::resumeMetrics, RunFuzzTest::metricsFiles);

  static final FuzzTarget RESULT =
      new FuzzTarget(
          1 << 19, 400, content -> RunResult.parse("result.json", content), RunFuzzTest::results);

  static final FuzzTarget CLUSTER =
      FuzzTarget.json(
          content -> ClusterState.parse("cluster.json", content),
          """
          {"options": {"workers": 1, "datanodes": 1, "coresPerWorker": 1, "workerMemory": "1g"},
           "daemons": [
             {"name": "namenode", "role": "namenode", "ports": {"rpc": 1, "http": 2},
              "process": {"pid": 4711, "startMillis": 1}},
             {"name": "master", "role": "master", "ports": {"rpc": 3, "http": 4}}]}
          """,
          "{\"options\": {}, \"daemons\": [{\"role\": \"\\u001b[2J\"}]}");

  @FieldSource("CONFIGURATION")
  @DictionaryEntries({
    "train.",
    "model.gpt2",
    "data.",
    "${train.seed}",
    "${?x}",
    "+=",
    "\"\"\"",
    "= null",
    "include \"x\"",
    "include url(\"http://127.0.0.1:1/\")",
    "run.dir = ",
    "spark.conf.",
    "compute.native-memory = ",
    "1e999999999",
    "GiB",
    "model.name = dl4j",
    "model.file = "
  })
  @FuzzTest
  void configuration(byte[] input) throws Exception {
    CONFIGURATION.check(input);
  }

  @FieldSource("METRICS")
  @DictionaryEntries({"\"step\":", "\"part\":\"test\""})
  @FuzzTest
  void metrics(byte[] input) throws Exception {
    METRICS.check(input);
  }

  @FieldSource("RESULT")
  @DictionaryEntries({"\"validation\"", "\"test\"", "\"peakMemory\"", "\"step\""})
  @FuzzTest
  void result(byte[] input) throws Exception {
    RESULT.check(input);
  }

  @FieldSource("CLUSTER")
  @DictionaryEntries({"\"role\"", "datanode", "\"ports\"", "\"process\"", "\"options\""})
  @FuzzTest
  void cluster(byte[] input) throws Exception {
    CLUSTER.check(input);
  }

  /** Configuration file and command-line overrides, one per line. */
  private static List<byte[]> configurations() {
    return Stream.of(
            List.of(
                "data {\n  format = csv\n  path = prices.csv\n  csv { target = price, features ="
                    + " numbers }\n  normalization = standardize\n}\nmodel { loss ="
                    + " mean-squared-error, hidden = [32] }\n# why\ncheckpoint.metric = loss\n",
                "train.epochs=3\nmodel.hidden=[64, 32]"),
            List.of(
                "data { format = tokens, path = corpus, block = 128 }\n"
                    + "model { name = gpt2, gpt2 { size = custom, layers = 1, heads = 1, width = 8"
                    + " } }\n"
                    + "optimizer { name = adamw, learning-rate = 5e-5, betas = [0.9, 0.999],"
                    + " schedule { name = cosine, warmup-steps = 20 } }\n"
                    + "compute { native-memory = 2GiB, threads = 2 }\n",
                "run.name=a b\ntrain.workers=2\nspark.conf.spark.ui.enabled=false"),
            List.of(
                "x = ${train.seed}\ntrain { workers = 4, local-steps = auto, seed = 7 }\n"
                    + "outer { name = nesterov, momentum = 0.9 }\naverage.codec = int8\n"
                    + "run.dir = \"hdfs:///runs/a\"\nspark.conf { \"spark.x\" = 1 }\n",
                "model.name=cnn\nmodel.channels=[4]\nmodel.kernel=5"),
            List.of(
                "include url(\"http://127.0.0.1:1/\")\ninclude required(classpath(\"a\"))\n",
                "data.parts=[\"a\", ${train.seed}]\ndata={include \"http://127.0.0.1:1/\"}"),
            List.of("include \"run.conf\"\ninclude required(file(\"run.conf\"))", "a=[]b=[]"),
            List.of("data.decoded-limit = 1e999999999", "train.epochs=1e999999999"),
            List.of("model.name = \"a\\n\\u001b[31mb\"", "run.name=\u001b[31m"),
            List.of("a = ".repeat(5000) + "{a : ".repeat(5000), "model.hidden=" + "[".repeat(5000)))
        .map(parts -> Inputs.join(parts.stream().map(Inputs::utf8).toList()))
        .toList();
  }

  private static void configure(byte[] input) throws IOException {
    List<byte[]> parts = Inputs.split(input);
    Path file = Files.write(folder.resolve("run.conf"), parts.get(0));
    List<String> overrides =
        parts.size() < 2
            ? List.of()
            : new String(parts.get(1), StandardCharsets.UTF_8).lines().toList();
    RunConfig.load(file.toString(), overrides);
  }

  private static List<byte[]> metricsFiles() {
    return Stream.of(
            "{\"type\":\"round\",\"round\":1,\"step\":10,\"loss\":0.5}\n"
                + "{\"type\":\"evaluation\",\"step\":10,\"part\":\"test\"}\n"
                + "{\"type\":\"round\",\"step\":20,\"x\":{\"y\":[1,2]}}\n{\"type\":\"rou",
            "{\"step\":" + "[".repeat(5000) + "\n")
        .map(Inputs::utf8)
        .toList();
  }

  /** Resumes a metrics file, which keeps the lines up to the resumed step. */
  private static void resumeMetrics(byte[] input) throws IOException {
    InputFolder files = new InputFolder(folder);
    files.only("metrics.jsonl", input);
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(files.hadoop(), "metrics.jsonl");
    MetricsLog.open(
            io.centroid.io.storage.Storage.of(file, InputFolder.FILES.configuration()),
            file,
            RESUMED,
            note -> {})
        .close();
  }

  private static List<byte[]> results() {
    String result =
        """
        {"runDir": "r", "step": 10, "rounds": 1, "epochs": 1, "examples": 5,
         "examplesPerSecond": 1.5, "localSteps": 10, "computeShare": 0.5, "bytesUp": 1,
         "bytesDown": 2, "parametersSha256": "00", "validation": {"loss": 0.5, "accuracy": 1},
         "test": {}, "bestStep": 10, "peakMemory": {"driver": {"heap": 1, "native": 2},
         "workers": {"heap": 1, "native": 2, "resident": 3}}}
        """;
    // Input that looks like UTF-32 makes Jackson use another reader.
    byte[] wide = {0, 0, 0, '{', 0, 0x20, 0, '}'};
    return List.of(Inputs.utf8(result), wide, Inputs.utf8("{\"step\": 1e999999999}"));
  }
}
