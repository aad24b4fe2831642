package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.config.RunConfig;
import io.centroid.encryption.KeyFiles;
import io.centroid.encryption.ManifestSigner;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedRunTest {
  private static final Configuration HADOOP = new Configuration();
  private static final HadoopFiles FILES = new HadoopFiles(HADOOP);
  private static final String WAITING = "waiting to be killed";

  @TempDir Path directory;
  private Path key;

  @BeforeEach
  void createKey() throws IOException {
    key = directory.resolve("key");
    KeyFiles.newEncryptionKey(key);
  }

  private String encryption() {
    return "encryption.key=file://" + key;
  }

  @Test
  void aKilledEncryptedRunResumesBitwiseAsAPlainOne() throws Exception {
    RunResult plain = run(directory.resolve("plain")).execute();
    Path folder = directory.resolve("encrypted");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Killed.class.getName(),
                folder.toString(),
                encryption())
            .redirectError(directory.resolve("errors").toFile())
            .start();
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      while (line != null && !line.equals(WAITING)) {
        line = out.readLine();
      }
      assertThat(line).as(Files.readString(directory.resolve("errors"))).isEqualTo(WAITING);
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 9);
    assertThat(folder.resolve("result.json")).doesNotExist();

    assertThatThrownBy(() -> run(folder).execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("encrypted with the key")
        .hasMessageContaining("CENTROID_ENCRYPTION_KEY");
    RunResult resumed = run(folder, encryption()).execute();
    assertThat(resumed.parametersSha256()).isEqualTo(plain.parametersSha256());
    assertThat(resumed.validation()).isEqualTo(plain.validation());
    assertThat(resumed.step()).isEqualTo(plain.step()).isEqualTo(32);
    assertNoKeyIsStored(folder);
  }

  private void assertNoKeyIsStored(Path folder) throws IOException {
    String secret = Files.readString(key).strip();
    List<Path> files;
    try (Stream<Path> walked = Files.walk(folder)) {
      files = walked.filter(Files::isRegularFile).toList();
    }
    assertThat(files).hasSizeGreaterThan(5);
    for (Path file : files) {
      String content = Files.readString(file, StandardCharsets.ISO_8859_1);
      assertThat(content).as(file.toString()).doesNotContain(secret);
      if (file.toString().endsWith(".safetensors")) {
        assertThat(content).as(file.toString()).doesNotContain("\"dtype\"");
      }
    }
  }

  @Test
  void aPlainRunCanContinueEncryptedAndItsModelStartsAnother() throws IOException {
    RunResult plain = run(directory.resolve("plain")).execute();
    Path folder = directory.resolve("a");
    assertThat(run(folder).executeUntil(1).step()).isEqualTo(8);
    RunResult mixed = run(folder, encryption()).execute();
    assertThat(mixed.parametersSha256()).isEqualTo(plain.parametersSha256());
    HadoopFiles files = RunConfig.load(null, List.of(encryption())).withKeys(FILES);
    float[] parameters =
        TrainedModel.load(files, folder.toString(), false, Engines.CPU).parameters();
    assertThat(parameters)
        .isEqualTo(
            TrainedModel.load(FILES, directory.resolve("plain").toString(), false, Engines.CPU)
                .parameters());
    String start = "model.init-from=" + folder;
    assertThat(run(directory.resolve("b"), start, encryption()).executeUntil(1).step())
        .isEqualTo(8);
    assertThatThrownBy(() -> run(directory.resolve("c"), start).execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("encrypted with the key");
    CheckpointStore store =
        CheckpointStore.of(
            new org.apache.hadoop.fs.Path(folder.toUri()),
            new Configuration(),
            (checkpoint, reason) -> {});
    assertThat(store.newest().orElseThrow().manifest().encryption()).isNotNull();
  }

  /** The writer has the key in memory; readers need the file again. */
  @Test
  void aRunWhoseKeyFileIsLostCompletesAndIsReadableWithItsCopy() throws IOException {
    RunResult plain = run(directory.resolve("plain")).execute();
    Path folder = directory.resolve("a");
    Path copy = directory.resolve("copy");
    RunObserver losing =
        new RunObserver() {
          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            if (state.rounds() == 2) {
              try {
                Files.move(key, copy);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          }
        };
    RunResult result = run(folder, losing, encryption()).execute();
    assertThat(result.parametersSha256()).isEqualTo(plain.parametersSha256());
    assertThatThrownBy(() -> run(folder, encryption(), "train.epochs=5").execute())
        .isInstanceOf(InputException.class)
        .hasMessage("encryption.key: " + key + ": no such file");
    RunConfig withCopy = RunConfig.load(null, List.of("encryption.key=file://" + copy));
    TrainedModel model =
        TrainedModel.load(withCopy.withKeys(FILES), folder.toString(), false, Engines.CPU);
    assertThat(FloatVector.sha256(model.parameters())).isEqualTo(plain.parametersSha256());
  }

  /** A checkpoint that anyone could have replaced does not continue a run that trusts one key. */
  @Test
  void aRunThatTrustsAKeyResumesFromSignedCheckpointsOnly() throws IOException {
    Path signing = directory.resolve("signing.pem");
    Path trusted = directory.resolve("signing.pub");
    KeyFiles.newSigningKey(signing, trusted);
    String trust = "signature.trusted=[" + trusted + "]";
    String sign = "signature.key=file://" + signing;
    Path folder = directory.resolve("a");
    assertThat(run(folder).executeUntil(1).step()).isEqualTo(8);
    assertThatThrownBy(() -> run(folder, trust, sign).execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("manifest.json: not signed, expected manifest.sig of a trusted key")
        .hasMessageContaining("sign it: centroid key sign file:" + folder + "/checkpoints/step-");
    sign(folder, sign);
    assertThat(run(folder, trust, sign).execute().step()).isEqualTo(32);
    for (StoredCheckpoint each : checkpoints(folder).listUnverified()) {
      if (each.step() >= 8) { // Later ones are signed as they are written.
        assertThat(each.requireSignature(TrustedKeys.read(List.of(trusted.toString()), HADOOP)))
            .isEqualTo(trusted.toString());
      }
    }
    Path signed = directory.resolve("b");
    assertThat(run(signed, trust, sign, encryption()).executeUntil(1).step()).isEqualTo(8);
    assertThat(run(signed, trust, sign, encryption()).execute().parametersSha256())
        .isEqualTo(run(directory.resolve("plain")).execute().parametersSha256());
  }

  private static void sign(Path folder, String setting) throws IOException {
    String reference = setting.substring(setting.indexOf('=') + 1);
    checkpoints(folder).newest().orElseThrow().sign(ManifestSigner.of("--with", reference, HADOOP));
  }

  private static CheckpointStore checkpoints(Path folder) throws IOException {
    return CheckpointStore.of(
        new org.apache.hadoop.fs.Path(folder.toUri()), HADOOP, (checkpoint, reason) -> {});
  }

  /** Its own checkpoints would be refused, or the keys not be there when the first is written. */
  @Test
  void keysAreCheckedBeforeTheDataIsReadAndTheFolderIsMade() throws IOException {
    Path signing = directory.resolve("signing.pem");
    Path trusted = directory.resolve("signing.pub");
    KeyFiles.newSigningKey(signing, trusted);
    Path folder = directory.resolve("a");
    String noData = "data.path=" + directory.resolve("absent");
    for (String[] keys :
        List.of(
            new String[] {
              "signature.trusted=[" + trusted + "]", "signature.trusted needs signature.key"
            },
            new String[] {
              "signature.trusted=[" + directory.resolve("lost.pub") + "]",
              "lost.pub: no such file, expected a trusted public key"
            },
            new String[] {
              "signature.key=file://" + directory.resolve("lost.pem"),
              "signature.key: " + directory.resolve("lost.pem") + ": no such file"
            },
            new String[] {
              "encryption.key=file://" + directory.resolve("lost"),
              "encryption.key: " + directory.resolve("lost") + ": no such file"
            },
            new String[] {"encryption.key=file://" + trusted, "is accessible to others"})) {
      assertThatThrownBy(() -> run(folder, keys[0], "data.format=idx", noData).execute())
          .as(keys[0])
          .isInstanceOf(InputException.class)
          .hasMessageContaining(keys[1]);
    }
    assertThat(folder).doesNotExist();
    assertThatThrownBy(() -> run(folder, "data.format=idx", noData).execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("absent");
  }

  /** It could be replaced by anyone who writes to its place. */
  @Test
  void aZipWithoutSignatureStartsNoRunThatTrustsAKey() throws IOException {
    Path signing = directory.resolve("signing.pem");
    Path trusted = directory.resolve("signing.pub");
    KeyFiles.newSigningKey(signing, trusted);
    assertThatThrownBy(
            () ->
                run(
                        directory.resolve("a"),
                        "signature.trusted=[" + trusted + "]",
                        "signature.key=file://" + signing,
                        "model.name=dl4j",
                        "model.init-from=" + directory.resolve("network.zip"),
                        "model.allow-dl4j-zip=true")
                    .execute())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("network.zip has no signature");
  }

  @Test
  void aModelWhoseSignatureIsNotVerifiedIsRefusedWithWhatVerifiesIt() throws IOException {
    KeyFiles.newSigningKey(directory.resolve("signing.pem"), directory.resolve("signing.pub"));
    Path model = Files.createDirectory(directory.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
    HadoopFiles files =
        FILES.with(Map.of(TrustedKeys.PROPERTY, directory.resolve("signing.pub").toString()));
    assertThatThrownBy(() -> TrainedModel.load(files, model.toString(), false, Engines.CPU))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Hugging Face's format is not verified when it is read; verify that")
        .hasMessageContaining("centroid key verify");
  }

  @Test
  void aSettingThatIsNoReferenceIsNotShown() {
    assertThatThrownBy(() -> RunConfig.load(null, List.of("encryption.key=c2VjcmV0")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("encryption.key must be a reference to the key")
        .hasMessageNotContaining("c2VjcmV0");
  }

  private static TrainingRun run(Path folder, String... more) {
    return run(folder, RunObserver.NONE, more);
  }

  private static TrainingRun run(Path folder, RunObserver observer, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.digits.train=500",
                "data.digits.test=100",
                "data.validation-split=0.1",
                "model.hidden=[12]",
                "train.local-steps=3",
                "train.batch-size=32",
                "train.epochs=4",
                "train.inner-state=keep",
                "optimizer.name=nesterov",
                "optimizer.learning-rate=0.05",
                "outer.name=nesterov",
                "average.codec=int8",
                "checkpoint.every-rounds=1",
                "run.dir=" + folder));
    settings.addAll(List.of(more));
    return new TrainingRun(
        RunConfig.load(null, settings),
        FILES,
        Engines.CPU,
        shards -> new LocalShardedData(shards, 2),
        observer);
  }

  /** Trains until the eighth round, then waits. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] args) throws IOException {
      RunObserver waiting =
          new RunObserver() {
            @Override
            public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
              if (state.rounds() == 8) {
                System.out.println(WAITING);
                System.out.flush();
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            }
          };
      RunResult unused = run(Path.of(args[0]), waiting, args[1]).execute();
      System.out.println("not killed");
    }
  }
}
