package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.config.RunConfig;
import io.centroid.encryption.Encryption;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.KeyFiles;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Engines;
import io.centroid.run.RunObserver;
import io.centroid.run.TrainingRun;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.crypto.key.KeyProvider;
import org.apache.hadoop.crypto.key.KeyProviderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that a key of Hadoop's own KMS encrypts. */
class KmsIT {
  @TempDir private static Path folder;
  private static HadoopKms kms;
  private static HadoopFiles files;
  private static KeyProvider provider;
  private static RunResult plain;

  @BeforeAll
  static void start() throws Exception {
    kms =
        new HadoopKms(
            folder.resolve("kms"),
            Map.of(
                "key.acl.sealed.MANAGEMENT",
                "*",
                "key.acl.sealed.GENERATE_EEK",
                "*",
                "key.acl.sealed.READ",
                "*",
                "key.acl.sealed.DECRYPT_EEK",
                "nobody"));
    kms.start();
    Configuration hadoop = new Configuration();
    hadoop.set(KeyProviderFactory.KEY_PROVIDER_PATH, kms.provider());
    files = new HadoopFiles(hadoop);
    provider = KeyProviderFactory.getProviders(hadoop).get(0);
    for (String name : List.of("models", "lost", "sealed")) {
      provider.createKey(name, KeyProvider.options(hadoop).setBitLength(256));
    }
    plain = run("plain", RunObserver.NONE).execute();
  }

  @AfterAll
  static void stop() throws Exception {
    provider.close();
    kms.close();
  }

  @Test
  void checkpointsAreEncryptedByAKeyThatStaysInTheKms() throws Exception {
    RunResult result = run("run", RunObserver.NONE, "encryption.key=kms:models").execute();
    assertThat(result.parametersSha256()).isEqualTo(plain.parametersSha256());
    StoredCheckpoint first = newest("run");
    Encryption encryption = Objects.requireNonNull(first.manifest().encryption());
    assertThat(encryption.keyId()).isEqualTo("models@0");
    byte[] material = Objects.requireNonNull(provider.getCurrentKey("models").getMaterial());
    assertThat(material).hasSize(32);
    assertStoredNowhere(material);

    assertThatThrownBy(() -> run("run", RunObserver.NONE, "train.epochs=3").execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("manifest.json: encrypted with the key models@0: name it with --key");

    provider.rollNewVersion("models");
    assertThat(
            run("run", RunObserver.NONE, "encryption.key=kms:models", "train.epochs=3")
                .execute()
                .step())
        .isEqualTo(24);
    StoredCheckpoint next = newest("run");
    assertThat(Objects.requireNonNull(next.manifest().encryption()).keyId()).isEqualTo("models@1");
    // Checkpoints of the version before stay readable, and rotation wraps them by the new one.
    float[] parameters = first.parameters();
    Configuration withKey =
        files.with(Map.of(EncryptionKey.PROPERTY, "kms:models")).configuration();
    EncryptionKey now = EncryptionKey.of("--to", "kms:models", withKey);
    assertThat(CheckpointStore.openUnverified(first.path(), withKey).rewrap(now, () -> {}).keyId())
        .isEqualTo("models@1");
    assertThat(CheckpointStore.openVerified(first.path(), withKey).parameters())
        .isEqualTo(parameters);
    // And from the KMS to a key file.
    Path key = folder.resolve("key");
    KeyFiles.newEncryptionKey(key);
    EncryptionKey file = EncryptionKey.of("--to", "file://" + key, withKey);
    String id =
        CheckpointStore.openUnverified(first.path(), withKey).rewrap(file, () -> {}).keyId();
    Configuration withFile =
        files.with(Map.of(EncryptionKey.PROPERTY, "file://" + key)).configuration();
    assertThat(id).matches("[0-9a-f]{16}");
    assertThat(CheckpointStore.openVerified(first.path(), withFile).parameters())
        .isEqualTo(parameters);
  }

  private static void assertStoredNowhere(byte[] material) throws Exception {
    List<Path> stored;
    try (Stream<Path> walk = Files.walk(folder.resolve("run"))) {
      stored = walk.filter(Files::isRegularFile).toList();
    }
    assertThat(stored).hasSizeGreaterThan(5);
    for (Path file : stored) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
          .as(file.toString())
          .doesNotContain(
              new String(material, StandardCharsets.ISO_8859_1),
              Base64.getEncoder().encodeToString(material));
    }
  }

  @Test
  void aKeyThatDoesNotExistIsNamedBeforeTheTraining() {
    assertThatThrownBy(() -> run("absent", RunObserver.NONE, "encryption.key=kms:absent").execute())
        .isInstanceOf(InputException.class)
        .hasMessage("encryption.key: " + kms.provider() + " has no key called absent");
  }

  @Test
  void aKeyThatTheUserMayNotUseIsOneLine() {
    assertThatThrownBy(() -> run("sealed", RunObserver.NONE, "encryption.key=kms:sealed").execute())
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("encryption.key: " + kms.provider() + ": ")
        .hasMessageContaining("sealed")
        .hasMessageContaining("DECRYPT_EEK");
  }

  /** The checkpoints before stay, and the run resumes once the KMS is back. */
  @Test
  void aRunWhoseKmsIsLostEndsAndResumes() throws Exception {
    RunObserver losing =
        new RunObserver() {
          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            if (state.rounds() == 4) {
              try {
                kms.stop();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
          }
        };
    String key = "encryption.key=kms:lost";
    try {
      assertThatThrownBy(() -> run("lost", losing, key).execute())
          .hasMessageContaining("encryption.key: " + kms.provider())
          .hasMessageContaining("Failed to connect to");
      assertThatThrownBy(() -> run("lost", RunObserver.NONE, key).execute())
          .hasMessageContaining("encryption.key: " + kms.provider());
    } finally {
      kms.start();
    }
    assertThat(newest("lost").step()).isPositive().isLessThan(16);
    assertThat(run("lost", RunObserver.NONE, key).execute().parametersSha256())
        .isEqualTo(plain.parametersSha256());
  }

  private static StoredCheckpoint newest(String name) throws Exception {
    Configuration hadoop = files.with(Map.of(EncryptionKey.PROPERTY, "kms:models")).configuration();
    return CheckpointStore.of(
            new org.apache.hadoop.fs.Path(folder.resolve(name).toUri()),
            hadoop,
            (checkpoint, reason) -> {})
        .newest()
        .orElseThrow();
  }

  private static TrainingRun run(String name, RunObserver observer, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
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
                "checkpoint.every-rounds=1",
                "checkpoint.keep=100",
                "run.dir=" + folder.resolve(name)));
    settings.addAll(List.of(more));
    return new TrainingRun(
        RunConfig.load(null, settings),
        files,
        Engines.CPU,
        shards -> new LocalShardedData(shards, 2),
        observer);
  }
}
