package io.centroid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Float32Codec;
import io.centroid.averaging.codec.HalfCodec;
import io.centroid.averaging.codec.Int8Codec;
import io.centroid.averaging.codec.TopKCodec;
import io.centroid.error.InputException;
import io.centroid.io.HalfFloat;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.optim.LearningRateSchedule;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RunConfigTest {
  /** Keys that accept any text. What they name is checked when it is opened. */
  private static final Set<String> TEXTS =
      Set.of(
          "registry.dir",
          "registry.model",
          "retrain.marker",
          "retrain.validation",
          "run.dir",
          "data.path",
          "data.train-file",
          "data.train-labels-file",
          "data.test-file",
          "data.test-labels-file",
          "data.csv.target",
          "data.texts.text",
          "data.texts.label",
          "data.texts.tokenizer",
          "model.file",
          "model.init-from",
          "report.mlflow.experiment",
          "spark.master");

  @TempDir Path directory;

  static Stream<String> keys() {
    return reference().entrySet().stream().map(Map.Entry::getKey).sorted();
  }

  private static Config reference() {
    return ConfigFactory.parseReader(
        new InputStreamReader(
            Objects.requireNonNull(RunConfig.class.getResourceAsStream("reference.conf")),
            StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void everyKeyAcceptsItsDefaultAndIsParsed(String key) {
    ConfigValue value = reference().getValue(key);
    load(key + "=" + value.unwrapped());
    String wrong = "no & such / value";
    if (TEXTS.contains(key)) {
      assertThat(load(key + "=" + wrong).toString()).contains(wrong);
    } else if (key.startsWith("model.gpt2.")) {
      assertThatThrownBy(
              () -> load("model.name=gpt2", "data.format=tokens", "data.path=x", key + "=" + wrong))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(key);
    } else if (Set.of("model.channels", "model.kernel").contains(key)) {
      assertThatThrownBy(() -> load("model.name=cnn", key + "=" + wrong))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(key);
    } else {
      assertThatThrownBy(() -> load(key + "=" + wrong))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(key);
    }
  }

  /** What a model's files record is data: neither parsed nor interpolated, and no file is read. */
  @Test
  void storedValuesAreNeverConfigurationSource() {
    Map<String, Object> stored = new HashMap<>();
    stored.put("data.format", "csv");
    stored.put("data.path", "x.csv");
    stored.put("data.csv.target", "${HOME}");
    stored.put("data.train-file", "[a]\nmodel.init-from = injected");
    RunConfig config = RunConfig.ofStored(stored, "m", List.of(), Extensions.NONE);
    assertThat(config.data().csv().target()).isEqualTo("${HOME}");
    assertThat(config.data().trainFile()).isEqualTo("[a]\nmodel.init-from = injected");
    assertThat(config.model().initFrom()).isEmpty();
    stored.put("data.parts", "[]\ninclude file(\"/etc/hostname\")");
    assertThatThrownBy(() -> RunConfig.ofStored(stored, "m", List.of(), Extensions.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("data.parts");
  }

  @Test
  void everyKeyHasALineInTheReference() throws IOException {
    List<String> lines = new ArrayList<>();
    try (var reader =
        new java.io.BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(RunConfig.class.getResourceAsStream("reference.conf")),
                StandardCharsets.UTF_8))) {
      reader.lines().map(String::strip).forEach(lines::add);
    }
    assertThat(lines.stream().filter(line -> line.contains(" = ") && !line.startsWith("#")).count())
        .isEqualTo(reference().entrySet().size());
  }

  @Test
  void kernelsAreNamedAsOpenBlasNamesThem() {
    assertThat(load().compute().cpuKernels()).isEmpty();
    assertThat(load("compute.cpu-kernels=SkylakeX").compute().cpuKernels())
        .contains(CpuKernels.SKYLAKEX);
    assertThatThrownBy(() -> load("compute.cpu-kernels=Penryn"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "compute.cpu-kernels must be auto or one of PRESCOTT, CORE2, NEHALEM,")
        .hasMessageContaining(", ZEN: Penryn (");
  }

  @Test
  void theDeviceIsLeftToTheRunByDefault() {
    assertThat(load().compute().device()).isEqualTo(RunConfig.Compute.DeviceKind.AUTO);
    assertThat(load("compute.device=cuda").compute().device())
        .isEqualTo(RunConfig.Compute.DeviceKind.CUDA);
    assertThat(load("compute.device=cpu").compute().device())
        .isEqualTo(RunConfig.Compute.DeviceKind.CPU);
    assertThatThrownBy(() -> load("compute.device=gpu"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("compute.device must be one of auto, cpu, cuda: gpu");
  }

  @Test
  void theChosenDeviceIsRendered() {
    RunConfig chosen = load().withDeviceInForce(RunConfig.Compute.DeviceKind.CUDA);
    assertThat(load().effective()).contains("device=auto");
    assertThat(chosen.effective()).contains("device=cuda").doesNotContain("device=auto");
    assertThat(chosen.run()).isEqualTo(load().run());
  }

  @Test
  void aRoundTimeoutNeedsAUnit() {
    assertThat(load("train.round-timeout=10m").train().roundLimit().timeout()).hasMinutes(10);
    assertThat(load("train.round-timeout=0").train().roundLimit().isSet()).isFalse();
    assertThatThrownBy(() -> load("train.round-timeout=600"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "train.round-timeout must be 0 or a time with its unit, such as 10m: 600 (");
    assertThatThrownBy(() -> load("train.round-timeout=-5s")).isInstanceOf(InputException.class);
  }

  @Test
  void rollbackKeysDetermineTheNameButNotTheTrajectory() {
    RunConfig usual = load();
    RunConfig others = load("train.outlier-factor=7", "train.rollback.limit=9");
    RunConfig timed = load("train.round-timeout=5m", "train.round-attempts=9");
    assertThat(others.run()).isEqualTo(usual.run());
    assertThat(timed.run()).isEqualTo(usual.run());
    RunConfig rolling = load("train.on-divergence=rollback");
    assertThat(rolling.run().name()).isNotEqualTo(usual.run().name());
    assertThat(rolling.run().trajectory()).isEqualTo(usual.run().trajectory());
    for (String other :
        List.of("train.rollback.learning-rate-factor=0.1", "checkpoint.every-rounds=4")) {
      assertThat(load("train.on-divergence=rollback", other).run().name())
          .isNotEqualTo(rolling.run().name());
    }
    assertThat(load("checkpoint.every-rounds=4").run()).isEqualTo(usual.run());
  }

  @Test
  void theCommandLineOverridesTheFileAndLaterOverridesEarlier() throws IOException {
    Path file = write("train { workers = 5, local-steps = 6 }");
    RunConfig config =
        RunConfig.load(
            file.toString(), List.of("train.workers=7", "train.workers=8", "model.hidden=[3, 4]"));
    assertThat(config.train().workers()).isEqualTo(8);
    assertThat(config.train().localSteps()).isEqualTo(6);
    assertThat(config.train().batchSize()).isEqualTo(64);
    assertThat(config.model().network())
        .isEqualTo(
            new NetworkSettings.Complete(new Architecture.Mlp(List.of(3, 4), Activation.RELU)));
  }

  @ParameterizedTest
  @CsvSource({"sgd, 1", "momentum, 0.7", "nesterov, 0.7", "adam, 0.01"})
  void anOuterStepHasADefaultLearningRate(String name, double learningRate) {
    OuterStep byDefault = load("outer.name=" + name).outer();
    OuterStep quarter = load("outer.name=" + name, "outer.learning-rate=0.25").outer();
    assertThat(byDefault.name()).isEqualTo(name);
    assertThat(byDefault)
        .isEqualTo(load("outer.name=" + name, "outer.learning-rate=" + learningRate).outer());
    assertThat(quarter).isNotEqualTo(byDefault);
    assertThat(hash("outer.name=" + name, "outer.learning-rate=" + learningRate))
        .isEqualTo(hash("outer.name=" + name));
    assertThat(hash("outer.name=" + name, "outer.learning-rate=0.25"))
        .isNotEqualTo(hash("outer.name=" + name));
  }

  @Test
  void theOuterStepAndTheCodecAreRead() {
    assertThat(load().outer())
        .isEqualTo(new OuterSettings(OuterSettings.Name.MEAN, 1, 0.9, 0.9, 0.99, 1e-3).step());
    assertThat(
            load(
                    "outer.name=adam",
                    "outer.learning-rate=0.5",
                    "outer.momentum=0.1",
                    "outer.betas=[0.2, 0.3]",
                    "outer.epsilon=0.4")
                .outer())
        .isEqualTo(new OuterSettings(OuterSettings.Name.ADAM, 0.5, 0.1, 0.2, 0.3, 0.4).step());
    assertThat(load().average().codec()).isEqualTo(new Float32Codec());
    assertThat(load("average.codec=fp16").average().codec())
        .isEqualTo(new HalfCodec(HalfFloat.FP16));
    assertThat(load("average.codec=bf16").average().codec())
        .isEqualTo(new HalfCodec(HalfFloat.BF16));
    assertThat(load("average.codec=int8").average().codec()).isEqualTo(new Int8Codec());
    assertThat(load("average.codec=top-k", "average.top-k-fraction=0.2").average().codec())
        .isEqualTo(new TopKCodec(0.2));
  }

  @Test
  void dataKeysRecreateTheDataSettings() {
    RunConfig config =
        load(
            "data.format=csv",
            "data.path=007",
            "data.csv.target=1.0",
            "data.csv.shape=[1, 2, 3]",
            "data.decoded-limit=5MiB");
    List<String> keys = new ArrayList<>();
    config.dataKeys().forEach((key, value) -> keys.add(key + "=" + value));
    assertThat(RunConfig.load(null, keys).data()).isEqualTo(config.data());
    assertThat(config.data().path()).isEqualTo("007");
  }

  @Test
  void dataKeysRecreateClassNames() {
    RunConfig config =
        load(
            "model.name=gpt2",
            "data.format=texts",
            "data.path=x",
            "data.texts.labels=[\"a, b\", \"c: \\\"d\\\"\", \" \", 7]",
            "data.texts.tokenizer=y");
    List<String> keys = new ArrayList<>(List.of("model.name=gpt2"));
    config.dataKeys().forEach((key, value) -> keys.add(key + "=" + value));
    assertThat(RunConfig.load(null, keys).data()).isEqualTo(config.data());
    assertThat(config.data().texts().labels()).containsExactly("a, b", "c: \"d\"", " ", "7");
  }

  @Test
  void labeledTextsAreReadByGpt2Alone() {
    assertThatThrownBy(() -> load("data.format=texts", "data.path=x"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("model.name must be gpt2 when data.format is tokens or texts");
    assertThatThrownBy(() -> load("model.name=gpt2"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("data.format must be tokens or texts when model.name is gpt2");
    assertThatThrownBy(
            () -> load("model.name=gpt2", "data.format=texts", "data.path=x", "data.classes=2"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("data.classes must be 0 when data.format is texts");
  }

  @Test
  void schedulesAreMeasuredInTheRunsEpochs() {
    assertThat(
            load("optimizer.schedule.name=step", "optimizer.schedule.every-epochs=0.5")
                .optimizer()
                .settings(10, 100)
                .schedule())
        .isEqualTo(new LearningRateSchedule(0, new LearningRateSchedule.Staircase(5, 0.5)));
    assertThat(
            load(
                    "optimizer.schedule.name=cosine",
                    "optimizer.schedule.final-learning-rate=0.05",
                    "optimizer.schedule.warmup-steps=7")
                .optimizer()
                .settings(10, 100)
                .schedule())
        .isEqualTo(new LearningRateSchedule(7, new LearningRateSchedule.Cosine(100, 0.5)));
    assertThat(
            load(
                    "optimizer.schedule.name=warmup-stable-decay",
                    "optimizer.schedule.decay-fraction=0.4",
                    "optimizer.schedule.final-learning-rate=0.05")
                .optimizer()
                .settings(10, 100)
                .schedule())
        .isEqualTo(
            new LearningRateSchedule(0, new LearningRateSchedule.StableDecay(100, 0.4, 0.5)));
  }

  @Test
  void theEffectiveConfigurationCanBeRunAgain() throws IOException {
    RunConfig config = load("train.workers=3", "optimizer.learning-rate=0.25", "run.name=again");
    RunConfig again = RunConfig.load(write(config.effective()).toString(), List.of());
    assertThat(again.run().trajectory()).isEqualTo(config.run().trajectory());
    assertThat(again.train()).isEqualTo(config.train());
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("test.conf"), text);
  }

  private static RunConfig load(String... overrides) {
    return RunConfig.load(null, List.of(overrides));
  }

  private static String hash(String... overrides) {
    return load(overrides).run().trajectoryHash();
  }

  @Test
  void aFileMayIncludeAnotherInItsFolder(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("common.conf"), "train.workers = 7\ntrain.epochs = 2\n");
    Path file = directory.resolve("run.conf");
    Files.writeString(file, "include \"common.conf\"\ntrain.epochs = 4\n");
    RunConfig config = RunConfig.load(file.toString(), List.of());
    assertThat(config.train().workers()).isEqualTo(7);
    assertThat(config.train().epochs()).isEqualTo(4);
  }

  @Test
  void aFileMayBeAUri(@TempDir Path directory) throws IOException {
    Path below = Files.createDirectory(directory.resolve("below"));
    Files.writeString(directory.resolve("base.conf"), "train.epochs = 3");
    Files.writeString(below.resolve("deep.conf"), "include \"../base.conf\"\ntrain.workers = 5");
    Files.writeString(below.resolve("more.properties"), "train.batch-size = 6");
    Path file = directory.resolve("run.conf");
    Files.writeString(
        file, "include \"below/deep\"\ninclude \"below/more\"\ninclude \"absent\"\nrun.name = far");
    RunConfig config = RunConfig.load(file.toUri().toString(), List.of());
    assertThat(config.run().name()).isEqualTo("far");
    assertThat(config.train().epochs()).isEqualTo(3);
    assertThat(config.train().workers()).isEqualTo(5);
    assertThat(config.train().batchSize()).isEqualTo(6);
    String other = below.resolve("deep.conf").toUri().toString();
    Files.writeString(file, "include \"" + other + "\"");
    assertThat(RunConfig.load(file.toString(), List.of()).train().workers()).isEqualTo(5);
  }

  @Test
  void aModelFileMayBeAUri(@TempDir Path directory) throws IOException {
    Path json = Files.writeString(directory.resolve("net.json"), "{}");
    List<String> keys = List.of("model.name=dl4j", "model.file=" + json.toUri());
    assertThat(RunConfig.load(null, keys).run().trajectory().get("model.file"))
        .startsWith("sha256 ");
  }

  @Test
  void sparkPropertiesAreText() {
    assertThat(load("spark.conf.\"spark.a\"={b} [c]").spark().conf())
        .containsEntry("spark.a", "{b} [c]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "include url(\"URL\")           | include url(...)",
        "include required(url(\"URL\")) | include url(...)",
        "include classpath(\"a.conf\")  | include classpath(...)",
        "include required(classpath(\"a.conf\")) | include classpath(...)",
        "include file(\"a.conf\")       | include file(...)",
        "include \"URL\"                | a URL",
        "include required(\"URL\")      | a URL",
        "include \"HTTP://a/b\"         | a URL",
        "include \"jar:file:/a.jar!/b\" | a URL",
        "include required(\"absent\")   | absent, which does not exist"
      })
  void onlyFilesAreIncluded(String statement, String found, @TempDir Path directory)
      throws IOException {
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/a.conf";
      Files.writeString(directory.resolve("a.conf"), "train.epochs = 2");
      Path nested = directory.resolve("nested.conf");
      Files.writeString(nested, "train.seed = 1\n\n" + statement.replace("URL", url) + "\n");
      Path file = directory.resolve("run.conf");
      Files.writeString(file, "include \"nested\"\n");
      for (String location : List.of(nested.toString(), file.toString(), file.toUri().toString())) {
        assertThatThrownBy(() -> RunConfig.load(location, List.of()))
            .isInstanceOf(InputException.class)
            .hasMessageContaining("nested.conf: line 3: expected include \"FILE\"")
            .hasMessageEndingWith("found " + found);
      }
      assertThatThrownBy(() -> load("train.batch-size=[" + statement.replace("URL", url) + "]"))
          .isInstanceOf(InputException.class);
      assertThatThrownBy(() -> load("data={" + statement.replace("URL", url) + "}"))
          .isInstanceOf(InputException.class);
      assertThat(requests).hasValue(0);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void filesThatIncludeEachOtherAreRefused(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("run.conf");
    Files.writeString(file, "include \"run.conf\"\n");
    for (String location : List.of(file.toString(), file.toUri().toString())) {
      assertThatThrownBy(() -> RunConfig.load(location, List.of()))
          .isInstanceOf(InputException.class)
          .hasMessageEndingWith("found more than 32 files that include each other");
    }
  }

  @Test
  void aTextThatLooksLikeAListIsText() {
    assertThat(load("data.format=csv", "data.path=[a]{${HOME}}.csv").data().path())
        .isEqualTo("[a]{${HOME}}.csv");
    assertThat(load("data={format=csv, path=x}", "data.csv={target=y}").data().csv().target())
        .isEqualTo("y");
    assertThatThrownBy(() -> load("data.parts=[]\nmodel.init-from = x"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("data.parts")
        .hasMessageContaining("more after it");
  }

  @Test
  void anIncludedFileMayIncludeFilesInItsOwnFolder(@TempDir Path directory) throws IOException {
    Path below = Files.createDirectory(directory.resolve("below"));
    Files.writeString(directory.resolve("common.conf"), "train.epochs = 2\n");
    Files.writeString(below.resolve("common.conf"), "train.epochs = 3\n");
    Files.writeString(below.resolve("middle.conf"), "include \"common.conf\"\n");
    Path file = directory.resolve("run.conf");
    Files.createFile(directory.resolve("empty.conf"));
    Files.writeString(
        file,
        "include \"below/middle\"\ninclude \"missing.conf\"\n"
            + "include required(\"empty.conf\")\n");
    assertThat(RunConfig.load(file.toString(), List.of()).train().epochs()).isEqualTo(3);
    Files.writeString(file, "include required(\"missing.conf\")\n");
    assertThatThrownBy(() -> RunConfig.load(file.toString(), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("missing.conf");
  }
}
