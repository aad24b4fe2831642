package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.error.InputException;
import io.centroid.io.storage.CommitProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CheckpointStoreTest {
  @TempDir Path folder;

  @Test
  void choosesTheProtocolByScheme() {
    assertThat(List.of("hdfs", "file", "viewfs", "abfs"))
        .allMatch(scheme -> CommitProtocol.forScheme(scheme) == CommitProtocol.RENAME);
    assertThat(List.of("s3a", "S3", "gs", "wasbs", "oss", "cosn", "swift", "obs"))
        .allMatch(scheme -> CommitProtocol.forScheme(scheme) == CommitProtocol.MANIFEST_LAST);
  }

  /** So the last step that is reported is the newest one when the lease has been released. */
  @ParameterizedTest
  @EnumSource
  void aCheckpointIsReportedBeforeTheLeaseCanBeReleased(CommitProtocol protocol)
      throws IOException {
    CheckpointStore store = new RunFolder(folder, protocol).store();
    List<CheckpointWriter> writers = new ArrayList<>();
    List<Long> reported = new ArrayList<>();
    LongConsumer published =
        step -> {
          assertThat(Thread.holdsLock(writers.get(0).lease())).isTrue();
          assertThat(folders(store)).endsWith("step-%08d".formatted(step));
          reported.add(step);
        };
    try (CheckpointWriter writer =
        store.writer(store.claim(LeaseTerms.usual()), Retention.last(1), published)) {
      writers.add(writer);
      RunFolder.save(writer, 10, 1);
      RunFolder.save(writer, 20, 2);
    }
    assertThat(reported).containsExactly(10L, 20L);
  }

  private static List<String> folders(CheckpointStore store) {
    try {
      return store.folders().stream().map(path -> path.getName()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsBackWhatWasSaved(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    assertThat(run.store().newest()).isEmpty();
    assertThat(run.store().listUnverified()).isEmpty();
    CheckpointWriter writer = run.writer();
    assertThat(RunFolder.save(writer, 10, 1.5f).step()).isEqualTo(10);
    RunFolder.save(writer, 20, 2.5f);

    StoredCheckpoint newest = run.store().newest().orElseThrow();
    assertThat(newest.step()).isEqualTo(20);
    assertThat(newest.manifest().fencingToken()).isEqualTo(1);
    assertThat(newest.parameters()).containsExactly(2.5f, 2.5f, 2.5f, 2.5f, 2.5f);
    assertThat(newest.state().keySet()).containsExactly("outer.velocity");
    LoadedCheckpoint loaded = run.store().loadNewest().orElseThrow();
    assertThat(loaded.parameters()).isEqualTo(newest.parameters());
    assertThat(loaded.state()).containsOnlyKeys("outer.velocity");
    assertThat(Objects.requireNonNull(loaded.state().get("outer.velocity")).values())
        .containsExactly(2.5f, 2, 3, 4, 5);
    assertThat(loaded.path()).isEqualTo(newest.path());
    assertThat(run.steps()).containsExactly(10L, 20L);
    assertThat(run.skipped).isEmpty();
    assertThat(run.names())
        .containsExactly(
            "step-00000010",
            "step-00000010/manifest.json",
            "step-00000010/parameters.safetensors",
            "step-00000010/state.safetensors",
            "step-00000020",
            "step-00000020/manifest.json",
            "step-00000020/parameters.safetensors",
            "step-00000020/state.safetensors");
  }

  @Test
  void readsParametersInLayoutOrderForAnyFileOrder() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    float[] vector = {1, 2, 3, 4, 5};
    List<TensorSlice> parameters =
        List.of(
            new TensorSlice("0.W", List.of(2L, 2L), vector, 1),
            new TensorSlice("0.b", List.of(1L), vector, 0));
    assertThat(run.writer().save(Snapshots.at(1), parameters, List.of(), Map.of()).parameters())
        .containsExactly(2, 3, 4, 5, 1);
    assertThat(run.store().loadNewest().orElseThrow().state()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void skipsAndReportsAModifiedCheckpoint(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointWriter writer = run.writer();
    RunFolder.save(writer, 10, 1);
    RunFolder.save(writer, 20, 2);
    RunFolder.save(writer, 30, 3);
    run.flipLastByte(30, Manifest.PARAMETERS_FILE);
    run.flipLastByte(20, Manifest.STATE_FILE);
    assertThat(run.newestStep()).isEqualTo(10);
    assertThat(run.skipped).hasSize(2);
    assertThat(run.skipped.get(0))
        .startsWith("step-00000030: ")
        .contains("step-00000030/parameters.safetensors: SHA-256: expected ");
    assertThat(run.skipped.get(1)).contains("step-00000020/state.safetensors: SHA-256");
    assertThat(run.store().loadNewest().orElseThrow().parameters()[0]).isEqualTo(1f);
    assertThatThrownBy(() -> run.store().listUnverified().get(2).parameters())
        .isInstanceOf(InputException.class);
  }

  /** The training state is twice the size of the parameters, and a model does not need it. */
  @ParameterizedTest
  @EnumSource
  void aModelIsVerifiedWithoutTheTrainingState(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointWriter writer = run.writer();
    RunFolder.save(writer, 10, 1);
    RunFolder.save(writer, 20, 2);
    RunFolder.save(writer, 30, 3);
    run.flipLastByte(30, Manifest.PARAMETERS_FILE);
    run.flipLastByte(20, Manifest.STATE_FILE);
    StoredCheckpoint model = run.store().newestModel().orElseThrow();
    assertThat(model.step()).isEqualTo(20);
    assertThat(model.parameters()[0]).isEqualTo(2f);
    assertThat(run.skipped).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void skipsTruncatedMissingAndUnreadableFiles(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointWriter writer = run.writer();
    for (long step = 1; step <= 4; step++) {
      RunFolder.save(writer, step, (float) step);
    }
    Files.write(run.file(4, Manifest.FILE), new byte[] {'{'});
    Files.delete(run.file(3, Manifest.STATE_FILE));
    Files.write(run.file(2, Manifest.PARAMETERS_FILE), new byte[9]);
    assertThat(run.newestStep()).isEqualTo(1);
    assertThat(run.skipped.get(0)).contains("manifest.json: is not the expected JSON");
    assertThat(run.skipped.get(1))
        .contains("state.safetensors: missing, but listed in manifest.json");
    assertThat(run.skipped.get(2)).contains("parameters.safetensors: length: expected ");
    assertThat(run.steps()).containsExactly(1L);
  }

  @ParameterizedTest
  @EnumSource
  void failsIfNoCheckpointVerifies(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    RunFolder.save(run.writer(), 10, 1);
    run.flipLastByte(10, Manifest.PARAMETERS_FILE);
    assertThatThrownBy(() -> run.store().newest())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no checkpoint verifies")
        .hasMessageContaining("step-00000010/parameters.safetensors: SHA-256");
  }

  @Test
  void theProtocolDecidesWhetherAFolderWithoutManifestIsDamaged() throws IOException {
    RunFolder renamed = new RunFolder(folder.resolve("a"), CommitProtocol.RENAME);
    Files.createDirectories(renamed.checkpoints().resolve("step-00000007"));
    assertThatThrownBy(() -> renamed.store().newest())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("step-00000007: not a checkpoint: manifest.json is missing");
    RunFolder inPlace = new RunFolder(folder.resolve("b"), CommitProtocol.MANIFEST_LAST);
    Files.createDirectories(inPlace.checkpoints().resolve("step-00000007"));
    assertThat(inPlace.store().newest()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void opensOneCheckpointByItsFolder(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    StoredCheckpoint saved = RunFolder.save(run.writer(), 10, 1);
    Configuration configuration = new Configuration();
    assertThat(CheckpointStore.isCheckpoint(saved.path(), configuration)).isTrue();
    assertThat(CheckpointStore.isCheckpoint(run.store().root(), configuration)).isFalse();
    assertThat(CheckpointStore.openVerified(saved.path(), configuration).step()).isEqualTo(10);
    assertThat(CheckpointStore.load(saved.path(), configuration).parameters()).hasSize(5);
    run.flipLastByte(10, Manifest.STATE_FILE);
    assertThatThrownBy(() -> CheckpointStore.openVerified(saved.path(), configuration))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("state.safetensors: SHA-256");
    assertThatThrownBy(() -> CheckpointStore.load(saved.path(), configuration))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> CheckpointStore.openVerified(run.store().root(), configuration))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("checkpoints: not a checkpoint: manifest.json is missing");
  }

  @ParameterizedTest
  @EnumSource
  void leavesACommittedStepUnchanged(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    RunFolder.save(run.writer(), 10, 1);
    byte[] manifest = Files.readAllBytes(run.file(10, Manifest.FILE));
    RunFolder.save(run.writer(), 10, 1);
    assertThat(Files.readAllBytes(run.file(10, Manifest.FILE))).isEqualTo(manifest);
    CheckpointWriter writer = run.writer();
    assertThatThrownBy(() -> RunFolder.save(writer, 10, 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the step exists with other parameters");
    assertThat(run.store().newest().orElseThrow().parameters()[0]).isEqualTo(1f);
  }

  @ParameterizedTest
  @EnumSource
  void replacesAStepThatDoesNotVerify(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    RunFolder.save(run.writer(), 10, 1);
    run.flipLastByte(10, Manifest.STATE_FILE);
    RunFolder.save(run.writer(), 10, 1);
    assertThat(run.newestStep()).isEqualTo(10);
    long aside = run.names().stream().filter(n -> n.matches("\\.damaged-[^/]*")).count();
    assertThat(aside).isEqualTo(protocol == CommitProtocol.RENAME ? 1 : 0);
    RunFolder.save(run.writer(), 20, 1);
    assertThat(run.steps()).containsExactly(10L, 20L);
  }

  @ParameterizedTest
  @EnumSource
  void findsTheBestByAMetric(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointWriter writer = run.writer();
    double[] accuracies = {0.5, 0.9, 0.7, 0.9};
    for (int i = 0; i < accuracies.length; i++) {
      writer.save(
          Snapshots.at(i + 1, Map.of("accuracy", accuracies[i])),
          Snapshots.parameters(i),
          List.of(),
          Map.of());
    }
    RunFolder.save(writer, 9, 9);
    CheckpointStore store = run.store();
    assertThat(store.best("accuracy", true).orElseThrow().step()).isEqualTo(2);
    assertThat(store.best("accuracy", false).orElseThrow().step()).isEqualTo(1);
    assertThat(store.best("loss", true)).isEmpty();
    run.flipLastByte(2, Manifest.PARAMETERS_FILE);
    assertThat(store.best("accuracy", true).orElseThrow().step()).isEqualTo(4);
    assertThat(run.skipped).singleElement().asString().startsWith("step-00000002");
  }

  @Test
  void rejectsParametersOfAnotherModel() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter writer = run.writer();
    assertThatThrownBy(
            () -> writer.save(Snapshots.at(1), Snapshots.state(1), Snapshots.state(1), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    RunFolder.save(writer, 1, 1);
    String manifest = ManifestTest.unsealed(Files.readString(run.file(1, Manifest.FILE)));
    Files.writeString(
        run.file(1, Manifest.FILE), manifest.replace("\"shape\" : [ 2, 2 ]", "\"shape\" : [ 4 ]"));
    assertThatThrownBy(() -> run.store().listUnverified().get(0).parameters())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("shape of tensor \"0.W\": expected [4] (layout in manifest.json)");
    Files.writeString(run.file(1, Manifest.FILE), manifest.replace("0.b", "1.b"));
    assertThatThrownBy(() -> run.store().listUnverified().get(0).parameters())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no tensor named \"1.b\"");
  }

  @Test
  void aFailedCommitLeavesNoPartialFiles() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter writer = run.writer();
    RunFolder.save(writer, 10, 1);
    List<String> before = run.names();
    CheckpointWriter broken =
        run.observedWriter(
            step -> {
              throw new IllegalStateException("no space");
            });
    assertThatThrownBy(() -> RunFolder.save(broken, 20, 2)).hasMessage("no space");
    assertThat(new HashSet<>(run.names())).isEqualTo(new HashSet<>(before));
    CheckpointWriter late =
        run.observedWriter(
            step -> {
              if (step == CommitStep.AFTER_MANIFEST) {
                occupy(run.file(20, "other"));
              }
            });
    assertThatThrownBy(() -> RunFolder.save(late, 20, 2))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("cannot commit checkpoint file:.*/step-00000020: .* already exists");
    assertThat(run.names()).noneMatch(name -> name.startsWith(".inprogress"));
    assertThat(run.newestStep()).isEqualTo(10);
  }

  @Test
  void namesHaveAsciiDigitsInEveryLocale() throws IOException {
    Locale usual = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa-IR-u-nu-arabext"));
    try {
      RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
      RunFolder.save(run.writer(), 10, 1);
      RunFolder.save(run.writer(), 20, 2);
      assertThat(run.steps()).containsExactly(10L, 20L);
      assertThat(run.checkpoints().resolve("step-00000020")).exists();
      assertThat(run.checkpoints().resolve(".leases/fencing-token-00000002.json")).exists();
    } finally {
      Locale.setDefault(usual);
    }
  }

  private static void occupy(Path file) {
    try {
      Files.createDirectories(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
