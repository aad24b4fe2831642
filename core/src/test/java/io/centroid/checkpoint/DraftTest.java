package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.CommitProtocol;
import io.centroid.io.storage.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that tasks write before a checkpoint is committed. */
class DraftTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final String OWN = Manifest.workerStateFile(0);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void aFileIsReadBeforeAndAfterTheCommit(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointWriter writer = run.writer();
    Draft draft = writer.begin(10);
    TensorFolder tasks = draft.tensors(FILES);
    StoredFile file = written(draft);
    assertThat(run.steps()).isEmpty();
    assertThat(value(tasks, file)).isEqualTo(7);
    save(writer, draft);
    draft.discard();
    assertThat(value(tasks, file)).isEqualTo(7);
    StoredCheckpoint saved = run.store().newest().orElseThrow();
    assertThat(saved.manifest().file(OWN)).isEqualTo(file);
    assertThat(run.names())
        .containsExactly(
            "step-00000010",
            "step-00000010/manifest.json",
            "step-00000010/parameters.safetensors",
            "step-00000010/state-0.safetensors",
            "step-00000010/state.safetensors");
  }

  @ParameterizedTest
  @EnumSource
  void aFileIsReadAfterAFailedCommitUntilItIsDiscarded(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointWriter writer =
        run.observedWriter(
            step -> {
              if (step == CommitStep.AFTER_FILES) {
                throw new UncheckedIOException(new IOException("No space left on device"));
              }
            });
    Draft draft = writer.begin(10);
    TensorFolder tasks = draft.tensors(FILES);
    StoredFile file = written(draft);
    assertThatThrownBy(() -> save(writer, draft)).hasMessageContaining("No space left");
    assertThat(value(tasks, file)).isEqualTo(7);
    assertThat(run.store().newest()).isEmpty();
    draft.discard();
    if (protocol.renames()) {
      assertThat(run.names()).isEmpty();
      assertThatThrownBy(() -> tasks.read(OWN, file))
          .hasMessage(
              "file:"
                  + run.file(10, OWN)
                  + ": missing, expected the state of a worker; executors on several machines need"
                  + " a run.dir that all of them share");
    }
  }

  /** Another writer may have committed the step, or this one before it was rolled back. */
  @ParameterizedTest
  @EnumSource
  void aFileIsReadIfTheStepWasThereAlready(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointWriter writer = run.writer();
    RunFolder.save(writer, 10, 1);
    List<String> before = run.names();
    Draft draft = writer.begin(10);
    StoredFile file = written(draft);
    save(writer, draft);
    assertThat(value(draft.tensors(FILES), file)).isEqualTo(7);
    assertThat(run.store().newest().orElseThrow().manifest().files()).doesNotContainKey(OWN);
    draft.discard();
    assertThat(run.names()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void filesOfAScratchFolderAreNeverACheckpoint(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointWriter writer = run.writer();
    Draft scratch = writer.scratch(8);
    StoredFile file = written(scratch);
    assertThat(value(scratch.tensors(FILES), file)).isEqualTo(7);
    assertThat(run.store().highestStep()).isZero();
    Draft left = writer.scratch(16);
    written(left);
    scratch.discard();
    assertThat(run.names()).hasSize(2).allMatch(name -> name.startsWith(".inprogress-"));
    run.writer();
    assertThat(run.names()).isEmpty();
  }

  /** Spark runs tasks again, speculatively even while they run. */
  @Test
  void concurrentTasksOfOneWorkerLeaveOneFile() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter writer = run.writer();
    Draft draft = writer.begin(10);
    TensorFolder tasks = draft.tensors(FILES);
    List<TensorSlice> tensors = List.of(TensorSlice.whole("residual.0", new float[300_000]));
    List<StoredFile> written =
        IntStream.range(0, 16)
            .parallel()
            .mapToObj(
                attempt -> {
                  try {
                    StoredFile file = tasks.write(OWN, tensors);
                    tasks.verify(OWN, file);
                    return file;
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                })
            .distinct()
            .toList();
    assertThat(written).hasSize(1);
    draft.add(OWN, written.get(0));
    // A task that was killed while it wrote.
    Files.write(folder(run).resolve(".inprogress-state-0.safetensors-1f2e"), new byte[] {1, 2, 3});
    StoredCheckpoint saved = save(writer, draft);
    saved.verify();
    assertThat(run.names())
        .containsExactly(
            "step-00000010",
            "step-00000010/manifest.json",
            "step-00000010/parameters.safetensors",
            "step-00000010/state-0.safetensors",
            "step-00000010/state.safetensors");
  }

  @Test
  void aCheckpointWithoutTheFileOfAWorkerIsNotCommitted() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter writer = run.writer();
    Draft draft = writer.begin(10);
    written(draft);
    Files.delete(folder(run).resolve(OWN));
    assertThatThrownBy(() -> save(writer, draft))
        .hasMessageMatching(
            "cannot commit checkpoint file:.*/step-00000010: file:.*/\\.inprogress-.*"
                + "/state-0\\.safetensors: missing, although its worker has written it");
    assertThat(run.steps()).isEmpty();
  }

  private static StoredFile written(Draft draft) throws IOException {
    StoredFile file =
        draft
            .tensors(FILES)
            .write(OWN, List.of(TensorSlice.whole("residual.0", new float[] {7, 8})));
    draft.add(OWN, file);
    return file;
  }

  private static StoredCheckpoint save(CheckpointWriter writer, Draft draft) throws IOException {
    return writer.save(
        draft, Snapshots.at(10), Snapshots.parameters(1), Snapshots.state(1), Map.of());
  }

  private static float value(TensorFolder tasks, StoredFile file) throws IOException {
    return Objects.requireNonNull(tasks.read(OWN, file).get("residual.0")).values()[0];
  }

  private static Path folder(RunFolder run) throws IOException {
    try (var found = Files.list(run.checkpoints())) {
      return found
          .filter(path -> path.getFileName().toString().startsWith(".inprogress-"))
          .findFirst()
          .orElseThrow();
    }
  }
}
