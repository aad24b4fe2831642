package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Engines;
import io.centroid.nn.FakeEngine;
import io.centroid.privacy.PrivacyGuarantee;
import io.centroid.privacy.RenyiAccountant;
import io.centroid.run.metrics.ReproducibleRows;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Differentially private runs on digits. */
class PrivateTrainingTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private final List<String> notes = new ArrayList<>();

  @Test
  void epsilonIsInTheResultTheMetricsAndTheManifest() throws IOException {
    RunResult result = run("a", 2).execute();
    long examples = examples("a");
    double rate = 2 * 32.0 / examples;
    double expected = new RenyiAccountant(rate, 1).epsilon(result.step(), 1e-5);
    PrivacyGuarantee privacy = Objects.requireNonNull(result.privacy());
    assertThat(privacy)
        .isEqualTo(new PrivacyGuarantee(expected, 1e-5, result.step(), 0.5, 1, rate, false));
    assertThat(expected).isBetween(1.0, 20.0);
    JsonNode stored = JSON.readTree(directory.resolve("a/result.json").toFile());
    assertThat(stored.path("privacy").path("epsilon").asDouble()).isEqualTo(expected);
    JsonNode inManifest = manifest("a", result.step()).path("training").path("privacy");
    assertThat(inManifest).isEqualTo(stored.path("privacy"));
    List<Double> byRound = new ArrayList<>();
    for (JsonNode row : ReproducibleRows.of(directory.resolve("a/metrics.jsonl"))) {
      if (row.path("type").asText().equals("round")) {
        byRound.add(row.path("privacyEpsilon").asDouble());
        assertThat(byRound.get(byRound.size() - 1))
            .isEqualTo(new RenyiAccountant(rate, 1).epsilon(row.path("step").asLong(), 1e-5));
      }
    }
    assertThat(byRound).hasSizeGreaterThan(4).isSorted().endsWith(expected);
    assertThat(notes)
        .anyMatch(note -> note.contains(privacy.description()))
        .anyMatch(note -> note.contains("Gaussian noise follow from train.seed"));
  }

  /**
   * 64 of about 1,900 examples in a step, at epsilon below 8: it learns what they have in common.
   */
  @Test
  void aPrivateModelLearns() throws IOException {
    RunResult result =
        run(
                "a",
                2,
                "data.digits.train=2000",
                "data.digits.test=500",
                "model.hidden=[]",
                "train.epochs=8",
                "optimizer.name=sgd",
                "optimizer.learning-rate=0.5")
            .execute();
    assertThat(result.test().get("accuracy")).isGreaterThan(0.6);
    assertThat(Objects.requireNonNull(result.privacy()).epsilon()).isLessThan(8);
    assertThat(result.examples()).isEqualTo(2 * 32 * result.step());
  }

  @Test
  void aRunIsBitwiseIdenticalAfterAPauseAndOnAnyNumberOfThreads() throws IOException {
    RunResult whole = run("whole", 2).execute();
    run("paused", 1).executeUntil(1);
    RunResult paused = run("paused", 2).execute();
    assertThat(paused.parametersSha256()).isEqualTo(whole.parametersSha256());
    assertThat(paused.privacy()).isEqualTo(whole.privacy());
    assertThat(ReproducibleRows.of(directory.resolve("paused/metrics.jsonl")))
        .isEqualTo(ReproducibleRows.of(directory.resolve("whole/metrics.jsonl")));
    assertThat(run("other", 2, "train.seed=43").execute().parametersSha256())
        .isNotEqualTo(whole.parametersSha256());
  }

  @Test
  void samplesAndGaussianNoiseFollowFromTheKey() throws IOException {
    String seed = run("seed", 2).execute().parametersSha256();
    RunResult first = run("first", 2, "privacy.noise-key=" + key("first.key", "a")).execute();
    RunResult again = run("again", 1, "privacy.noise-key=" + key("again.key", "a")).execute();
    RunResult second = run("second", 2, "privacy.noise-key=" + key("second.key", "b")).execute();
    assertThat(first.parametersSha256())
        .isEqualTo(again.parametersSha256())
        .isNotEqualTo(seed)
        .isNotEqualTo(second.parametersSha256());
    assertThat(Objects.requireNonNull(first.privacy()).secretNoise()).isTrue();
    for (Path file : files("first")) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
          .doesNotContain("a".repeat(40));
    }
  }

  @Test
  void aShortKeyIsRefusedWithoutShowingIt() throws IOException {
    Path file = Files.writeString(directory.resolve("short"), "swordfish");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> run("a", 1, "privacy.noise-key=file://" + file).execute())
        .isInstanceOf(InputException.class)
        .hasMessage("privacy.noise-key must refer to at least 32 random characters: 9");
    assertThatThrownBy(() -> run("a", 1, "privacy.noise-key=swordfish"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("must be a reference to the key")
        .message()
        .doesNotContain("swordfish");
  }

  @Test
  void anotherEngineIsRefusedBeforeTheDataIsRead() {
    TrainingRun run =
        new TrainingRun(
            RunConfig.load(
                null,
                List.of(
                    "privacy.clip-norm=0.5",
                    "privacy.noise-multiplier=1",
                    "run.dir=" + directory.resolve("a"))),
            FILES,
            Engines.of(new FakeEngine("other", List.of("mlp"))),
            shards -> {
              throw new AssertionError("the data is read");
            },
            RunObserver.NONE);
    assertThatThrownBy(run::execute)
        .isInstanceOf(InputException.class)
        .hasMessage(
            "privacy.clip-norm must be 0 unless compute.engine is cpu (model.name = mlp or gpt2):"
                + " 0.5 with the engine other");
  }

  @Test
  void aDeltaThatPermitsToPublishAnExampleIsRefusedBeforeAnythingIsWritten() throws IOException {
    run("a", 2).execute();
    long examples = examples("a");
    for (double delta : new double[] {0.5, 1.01 / examples}) {
      assertThatThrownBy(() -> run("b", 2, "privacy.delta=" + delta).execute())
          .isInstanceOf(InputException.class)
          .hasMessage(
              "privacy.delta must be below 1 / %d, the number of training examples: %s"
                  .formatted(examples, delta));
    }
    assertThat(directory.resolve("b")).doesNotExist();
    RunResult result = run("b", 2, "privacy.delta=" + 0.99 / examples).execute();
    assertThat(Objects.requireNonNull(result.privacy()).epsilon()).isBetween(0.5, 20.0);
  }

  @Test
  void aSmallEpsilonIsPrintedWithFourDigits() {
    assertThat(new PrivacyGuarantee(0.00834512, 2.5e-6, 10, 1, 30, 0.001, true).description())
        .isEqualTo("epsilon 0.008345 at delta 2.5e-06");
    assertThat(new PrivacyGuarantee(12.34567, 1e-5, 10, 1, 30, 0.001, true).description())
        .startsWith("epsilon 12.35 at");
  }

  /** A plain one would confirm the one example that an attacker does not know. */
  @Test
  void theManifestHasADigestOfTheDataThatOnlyTheKeyYields() throws IOException {
    RunResult open = run("open", 2, "privacy.clip-norm=0", "privacy.noise-multiplier=0").execute();
    String hash = dataDigest("open", open.step());
    RunResult first = run("first", 2, "privacy.noise-key=" + key("first.key", "a")).execute();
    run("second", 2, "privacy.noise-key=" + key("second.key", "b")).execute();
    assertThat(List.of(hash, dataDigest("first", first.step()), dataDigest("second", first.step())))
        .doesNotHaveDuplicates();
    for (Path file : files("first")) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(hash);
    }
    String other = "privacy.noise-key=file://" + directory.resolve("second.key");
    assertThatThrownBy(() -> run("first", 2, other, "train.epochs=3").execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was trained on other data or with another privacy.noise-key");
  }

  private String dataDigest(String run, long step) throws IOException {
    return manifest(run, step).path("data").path("sha256").asText();
  }

  @ParameterizedTest
  @CsvSource({
    "data.normalization, standardize, must be none or unit when privacy.clip-norm is not 0",
    "train.on-divergence, rollback, must be stop when privacy.clip-norm is not 0",
    "privacy.delta, 1, must be between 0 and 1",
    "privacy.noise-multiplier, 0, must be above 0",
    "privacy.clip-norm, -1, must be 0 or more"
  })
  void settingsThatAreNotPrivateAreRefused(String key, String value, String message) {
    assertThatThrownBy(() -> run("a", 1, key + "=" + value))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(message);
  }

  @Test
  void momentsOfTargetsAreRefused() {
    assertThatThrownBy(() -> run("a", 1, "model.loss=mean-squared-error"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("data.target-normalization must be none when privacy.clip-norm");
    assertThat(run("a", 1, "model.loss=mean-squared-error", "data.target-normalization=none"))
        .isNotNull();
  }

  @Test
  void aRunDoesNotContinueWithOtherPrivacyAndEpsilonGrowsWithItsLength() throws IOException {
    RunResult two = run("a", 2).execute();
    assertThatThrownBy(
            () ->
                run("a", 2, "privacy.clip-norm=0", "privacy.noise-multiplier=0", "train.epochs=4")
                    .execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("privacy.clip-norm was 0.5 and is not set");
    assertThatThrownBy(() -> run("a", 2, "privacy.noise-multiplier=2", "train.epochs=4").execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("privacy.noise-multiplier was 1 and is 2");
    RunResult three = run("a", 2, "train.epochs=3", "privacy.delta=1e-6").execute();
    PrivacyGuarantee longer = Objects.requireNonNull(three.privacy());
    assertThat(longer.epsilon())
        .isEqualTo(new RenyiAccountant(longer.samplingRate(), 1).epsilon(three.step(), 1e-6))
        .isGreaterThan(Objects.requireNonNull(two.privacy()).epsilon());
  }

  @Test
  void withoutPrivacyNothingIsReported() throws IOException {
    RunResult result = run("a", 2, "privacy.clip-norm=0", "privacy.noise-multiplier=0").execute();
    assertThat(result.privacy()).isNull();
    assertThat(Files.readString(directory.resolve("a/metrics.jsonl")))
        .doesNotContain("privacyEpsilon");
    assertThat(manifest("a", result.step()).toString()).doesNotContain("privacy.");
  }

  private String key(String name, String letter) throws IOException {
    Path file = Files.writeString(directory.resolve(name), letter.repeat(40));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return "file://" + file;
  }

  private List<Path> files(String run) throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve(run))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private JsonNode manifest(String run, long step) throws IOException {
    return JSON.readTree(
        directory
            .resolve(run)
            .resolve("checkpoints/step-%08d/manifest.json".formatted(step))
            .toFile());
  }

  /** Number of training examples without those held out, from the loop's own sampling rate. */
  private long examples(String run) throws IOException {
    JsonNode privacy =
        JSON.readTree(directory.resolve(run).resolve("result.json").toFile()).path("privacy");
    long examples = Math.round(2 * 32 / privacy.path("samplingRate").asDouble());
    assertThat((double) examples).isCloseTo(450, within(30.0));
    return examples;
  }

  private TrainingRun run(String name, int threads, String... more) {
    List<String> settings =
        Stream.concat(
                Stream.of(
                    "data.digits.train=500",
                    "data.digits.test=100",
                    "data.validation-split=0.1",
                    "model.hidden=[12]",
                    "train.local-steps=3",
                    "train.batch-size=32",
                    "train.epochs=2",
                    "train.inner-state=keep",
                    "optimizer.name=nesterov",
                    "optimizer.learning-rate=0.05",
                    "average.codec=int8",
                    "privacy.clip-norm=0.5",
                    "privacy.noise-multiplier=1",
                    "run.dir=" + directory.resolve(name)),
                Stream.of(more))
            .toList();
    return new TrainingRun(
        RunConfig.load(null, settings),
        FILES,
        Engines.CPU,
        shards -> new LocalShardedData(shards, threads),
        new RunObserver() {
          @Override
          public void onNote(String note) {
            notes.add(note);
          }
        });
  }
}
