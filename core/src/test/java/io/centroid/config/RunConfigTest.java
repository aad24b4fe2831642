package io.centroid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import io.centroid.HalfFloat;
import io.centroid.InputException;
import io.centroid.average.Float32Codec;
import io.centroid.average.HalfCodec;
import io.centroid.average.Int8Codec;
import io.centroid.average.TopKCodec;
import io.centroid.model.Activation;
import io.centroid.model.Architecture;
import io.centroid.optimize.OuterSettings;
import io.centroid.optimize.RateSchedule;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunConfigTest {
  /** Keys that take any text; what they name is checked where it is opened. */
  private static final Set<String> TEXTS =
      Set.of(
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
  void everyKeyTakesItsOwnDefaultAndIsReadByTheConfiguration(String key) {
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

  @Test
  void everyKeyOfTheReferenceIsExplained() throws IOException {
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.workers=0|train.workers must be a whole number from 1 to 2147483647: 0 (--set train.workers)",
        "train.workers=3000000000|train.workers must be a whole number from 1 to 2147483647: 3000000000 (--set train.workers)",
        "train.workers=1.5|train.workers must be a whole number from 1 to 2147483647: 1.5 (--set train.workers)",
        "train.steps=-1|train.steps must be a whole number of at least 0: -1 (--set train.steps)",
        "optimizer.rate=0|optimizer.rate must be > 0: 0 (--set optimizer.rate)",
        "optimizer.rate=NaN|optimizer.rate must be a number: NaN (--set optimizer.rate)",
        "optimizer.rate=1e999|optimizer.rate must be > 0: 1e999 (--set optimizer.rate)",
        "optimizer.momentum=1|optimizer.momentum must be from 0 to below 1: 1 (--set optimizer.momentum)",
        "outer.name=fedavg|outer.name must be one of mean, sgd, momentum, nesterov, adam: fedavg (--set outer.name)",
        "outer.rate=-0.1|outer.rate must be 0 or more: -0.1 (--set outer.rate)",
        "outer.rate=0.5|outer.rate must be 0 when outer.name is mean: 0.5 (--set outer.rate)",
        "outer.momentum=1|outer.momentum must be from 0 to below 1: 1 (--set outer.momentum)",
        "outer.epsilon=0|outer.epsilon must be > 0: 0 (--set outer.epsilon)",
        "average.codec=fp8|average.codec must be one of none, fp16, bf16, int8, top-k: fp8 (--set average.codec)",
        "average.top-k-fraction=0|average.top-k-fraction must be above 0 and at most 1: 0 (--set average.top-k-fraction)",
        "average.top-k-fraction=1.5|average.top-k-fraction must be above 0 and at most 1: 1.5 (--set average.top-k-fraction)",
        "data.validation-split=1|data.validation-split must be from 0 to below 1: 1 (--set data.validation-split)",
        "data.decoded-limit=0|data.decoded-limit must be at least one byte: 0 (--set data.decoded-limit)",
        "data.classes=99999999|data.classes must be at most 16777216: 99999999 (--set data.classes)",
        "train.inner-state=kept|train.inner-state must be one of average, reset, keep: kept (--set train.inner-state)",
        "compute.threads-per-worker=2|compute.threads-per-worker must be 1 when model.name is not gpt2: 2 (--set compute.threads-per-worker)",
        "run.name=a/b|run.name must consist of letters, digits, dots, dashes and underscores: a/b (--set run.name)",
        "train=5|--set train: train is a group of keys, not a value",
        "train.worker=5|--set train.worker: unknown key train.worker; the nearest known one is train.workers",
        "train.workers.x=5|--set train.workers.x: unknown key train.workers.x; the nearest known one is train.workers",
        "=5|--set =5: expected key=value",
        "data.format=csv|data.path must name the data when data.format is not digits: \"\" (reference.conf: line 21)",
        "data.texts.labels=[a]|data.texts.labels must be empty, or 2 to 1000 different names: [a] (--set data.texts.labels: 1)",
        "data.texts.labels=[a, b, a]|data.texts.labels must be empty, or 2 to 1000 different names: [a, b, a] (--set data.texts.labels: 1)",
        "data.texts.text=|data.texts.text must name a column or field: \"\" (--set data.texts.text)"
      })
  void aValueOutOfRangeIsRefusedInOneLine(String override, String message) {
    assertThatThrownBy(() -> load(override)).isInstanceOf(InputException.class).hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optimizer.betas=[0.9]",
        "optimizer.betas=[0.9, 1]",
        "optimizer.betas=5",
        "outer.betas=[0.9]",
        "outer.betas=[0.9, 1]",
        "model.hidden=[0]",
        "model.hidden=[a]",
        "model.hidden=[1",
        "data.csv.shape=[1, 2]",
        "train.workers=[1]",
        "train.workers={a = 1}",
        "spark.conf=5",
        "fetch.mnist.mirrors=5",
        "data.decoded-limit=much",
        "train..workers=1",
        "train.workers=1e999999999"
      })
  void aValueOfTheWrongTypeIsRefusedInOneLine(String override) {
    assertThatThrownBy(() -> load(override))
        .isInstanceOf(InputException.class)
        .message()
        .doesNotContain("\n")
        .containsPattern("betas|hidden|shape|workers|conf|mirrors|limit");
  }

  @Test
  void anUnknownKeyInAFileIsNamedWithItsPlaceAndItsNearest() throws IOException {
    Path file = write("train {\n  workers = 2\n  local-step = 5\n}\n");
    assertThatThrownBy(() -> RunConfig.load(file, List.of()))
        .isInstanceOf(InputException.class)
        .hasMessage(
            file
                + ": line 3: unknown key train.local-step; the nearest known one is train.local-steps");
  }

  @Test
  void aWrongValueInAFileIsNamedWithItsPlace() throws IOException {
    Path file = write("\ntrain.workers = none\n");
    assertThatThrownBy(() -> RunConfig.load(file, List.of()))
        .hasMessage("train.workers must be a number: none (" + file + ": line 2)");
    Path list = write("\n\noptimizer.rate = [1]\n");
    assertThatThrownBy(() -> RunConfig.load(list, List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("optimizer.rate")
        .hasMessageContaining(list + ": 3");
  }

  @Test
  void aSyntaxErrorIsNamedWithItsLine() throws IOException {
    Path file = write("train {\n  workers = 2\n}}\n");
    assertThatThrownBy(() -> RunConfig.load(file, List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file + ": 3: ");
    Path missing = directory.resolve("missing.conf");
    assertThatThrownBy(() -> RunConfig.load(missing, List.of()))
        .hasMessage(missing + ": no such configuration file");
  }

  @Test
  void theCommandLineWinsOverTheFileAndTheLaterOverTheEarlier() throws IOException {
    Path file = write("train { workers = 5, local-steps = 6 }");
    RunConfig config =
        RunConfig.load(file, List.of("train.workers=7", "train.workers=8", "model.hidden=[3, 4]"));
    assertThat(config.train().workers()).isEqualTo(8);
    assertThat(config.train().localSteps()).isEqualTo(6);
    assertThat(config.train().batchSize()).isEqualTo(64);
    assertThat(config.model().network())
        .isEqualTo(
            new NetworkChoice.Complete(new Architecture.Mlp(List.of(3, 4), Activation.RELU)));
  }

  @Test
  void theTrajectoryIsTheSameForTheSameNumbers() {
    assertThat(hash("optimizer.rate=0.10")).isEqualTo(hash("optimizer.rate=0.1")).isEqualTo(hash());
    assertThat(hash("model.hidden=[128]")).isEqualTo(hash("model.hidden=[ 128.0 ]"));
    assertThat(hash("optimizer.rate=0.2")).isNotEqualTo(hash());
    assertThat(hash("train.workers=3")).isNotEqualTo(hash());
    assertThat(hash("data.digits.seed=9")).isNotEqualTo(hash());
    assertThat(hash("compute.backend=nd4j")).isNotEqualTo(hash());
    assertThat(hash("compute.backend=cpu")).isEqualTo(hash());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "outer.name=sgd",
        "outer.momentum=0.8",
        "outer.betas=[0.9, 0.999]",
        "outer.epsilon=1e-8",
        "average.codec=int8",
        "average.top-k-fraction=0.2"
      })
  void whatHappensBetweenRoundsIsAPartOfTheTrajectory(String override) {
    assertThat(hash(override)).isNotEqualTo(hash());
  }

  @ParameterizedTest
  @CsvSource({"sgd, 1", "momentum, 0.7", "nesterov, 0.7", "adam, 0.01"})
  void anOuterStepHasARateOfItsOwn(String name, double rate) {
    assertThat(load("outer.name=" + name).outer().rate()).isEqualTo(rate);
    assertThat(load("outer.name=" + name, "outer.rate=0.25").outer().rate()).isEqualTo(0.25);
    assertThat(hash("outer.name=" + name, "outer.rate=" + rate))
        .isEqualTo(hash("outer.name=" + name));
    assertThat(hash("outer.name=" + name, "outer.rate=0.25"))
        .isNotEqualTo(hash("outer.name=" + name));
  }

  @Test
  void theOuterStepAndTheCodecAreRead() {
    assertThat(load().outer())
        .isEqualTo(new OuterSettings(OuterSettings.Name.MEAN, 1, 0.9, 0.9, 0.99, 1e-3));
    assertThat(
            load(
                    "outer.name=adam",
                    "outer.rate=0.5",
                    "outer.momentum=0.1",
                    "outer.betas=[0.2, 0.3]",
                    "outer.epsilon=0.4")
                .outer())
        .isEqualTo(new OuterSettings(OuterSettings.Name.ADAM, 0.5, 0.1, 0.2, 0.3, 0.4));
    assertThat(load().average().codec()).isEqualTo(new Float32Codec());
    assertThat(load("average.codec=fp16").average().codec())
        .isEqualTo(new HalfCodec(HalfFloat.FP16));
    assertThat(load("average.codec=bf16").average().codec())
        .isEqualTo(new HalfCodec(HalfFloat.BF16));
    assertThat(load("average.codec=int8").average().codec()).isEqualTo(new Int8Codec());
    assertThat(load("average.codec=top-k", "average.top-k-fraction=0.2").average().codec())
        .isEqualTo(new TopKCodec(0.2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run.name=other",
        "run.dir=/elsewhere",
        "checkpoint.keep=9",
        "checkpoint.every-rounds=1",
        "data.path=/elsewhere",
        "data.decoded-limit=9GiB",
        "compute.workers=local",
        "model.init-from=x",
        "train.early-stopping.patience=3",
        "train.epochs=99",
        "train.steps=99",
        "spark.conf.a=b"
      })
  void whatDoesNotShapeTheParametersIsNoPartOfTheTrajectory(String override) {
    assertThat(hash(override)).isEqualTo(hash());
  }

  @Test
  void theLengthOfTheRunIsAPartOfTheTrajectoryUnderACosine() {
    String cosine = "optimizer.schedule.name=cosine";
    assertThat(hash(cosine, "train.epochs=9")).isNotEqualTo(hash(cosine));
    assertThat(hash(cosine, "train.steps=9")).isNotEqualTo(hash(cosine));
  }

  @Test
  void aRunIsNamedAfterItsFileAndWhatShapesIt() throws IOException {
    assertThat(load().run().name()).matches("digits-[0-9a-f]{8}");
    assertThat(load().run().dir()).isEqualTo("runs/" + load().run().name());
    assertThat(load("train.epochs=4").run().name()).isNotEqualTo(load().run().name());
    assertThat(load("run.name=mine").run().dir()).isEqualTo("runs/mine");
    Path file = Files.writeString(directory.resolve("my run.conf"), "train.workers = 3");
    assertThat(RunConfig.load(file, List.of()).run().name()).matches("my_run-[0-9a-f]{8}");
  }

  @Test
  void dataKeysRebuildHowTheDataIsRead() {
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
  void dataKeysRebuildClassesByName() {
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
  void labelledTextsAreReadByGpt2Alone() {
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
  void whereTheTokenizerLiesDoesNotShapeARun() {
    String[] texts = {"model.name=gpt2", "data.format=texts", "data.path=x"};
    assertThat(load("data.texts.label=class").run().name()).isEqualTo(load().run().name());
    assertThat(load(texts).run().trajectory())
        .containsKey("data.texts.label")
        .doesNotContainKey("data.texts.tokenizer");
  }

  @Test
  void aHugeExponentIsNotSpelledOut() {
    assertThat(load("data.csv.target=1e999999999").run().trajectory().get("data.csv.target"))
        .hasSizeLessThan(40);
  }

  @Test
  void schedulesAreMeasuredInTheRunsEpochs() {
    assertThat(
            load("optimizer.schedule.name=step", "optimizer.schedule.every-epochs=0.5")
                .optimizer()
                .settings(10, 100)
                .schedule())
        .isEqualTo(new RateSchedule(0, new RateSchedule.Staircase(5, 0.5)));
    assertThat(
            load(
                    "optimizer.schedule.name=cosine",
                    "optimizer.schedule.final-rate=0.05",
                    "optimizer.schedule.warmup-steps=7")
                .optimizer()
                .settings(10, 100)
                .schedule())
        .isEqualTo(new RateSchedule(7, new RateSchedule.Cosine(100, 0.5)));
  }

  @Test
  void secretsOfSparkAreNotShown() throws IOException {
    Path file =
        write(
            """
            spark.conf {
              "spark.hadoop.fs.s3a.SECRET.key" = veiled1
              spark.ssl.keyPassword = veiled2
              "spark.authToken" = veiled3
              spark.credentials.provider = veiled4
              "spark.executor.memory" = 2g
            }
            """);
    RunConfig config = RunConfig.load(file, List.of("spark.conf.my.secret=veiled5"));
    assertThat(config.effective()).doesNotContain("veiled").contains("***").contains("2g");
    assertThat(config.spark().conf())
        .containsEntry("spark.hadoop.fs.s3a.SECRET.key", "veiled1")
        .containsEntry("spark.ssl.keyPassword", "veiled2")
        .containsEntry("my.secret", "veiled5");
  }

  @Test
  void theEffectiveConfigurationIsOneThatCanBeRunAgain() throws IOException {
    RunConfig config = load("train.workers=3", "optimizer.rate=0.25", "run.name=again");
    RunConfig again = RunConfig.load(write(config.effective()), List.of());
    assertThat(again.run().trajectory()).isEqualTo(config.run().trajectory());
    assertThat(again.train()).isEqualTo(config.train());
  }

  @Test
  void aNetworksFileIsKnownByItsContent() throws IOException {
    Path one = Files.writeString(directory.resolve("a.json"), "{}");
    Path same = Files.writeString(directory.resolve("b.json"), "{}");
    Path other = Files.writeString(directory.resolve("c.json"), "{ }");
    String name = "model.name=dl4j";
    assertThat(hash(name, "model.file=" + same)).isEqualTo(hash(name, "model.file=" + one));
    assertThat(hash(name, "model.file=" + other)).isNotEqualTo(hash(name, "model.file=" + one));
    assertThatThrownBy(() -> load(name, "model.file=" + directory.resolve("none.json")))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("model.file must be a readable JSON file: ");
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
  void aFileMayIncludeAnotherBesideIt(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("common.conf"), "train.workers = 7\ntrain.epochs = 2\n");
    Path file = directory.resolve("run.conf");
    Files.writeString(file, "include \"common.conf\"\ntrain.epochs = 4\n");
    RunConfig config = RunConfig.load(file, List.of());
    assertThat(config.train().workers()).isEqualTo(7);
    assertThat(config.train().epochs()).isEqualTo(4);
  }
}
