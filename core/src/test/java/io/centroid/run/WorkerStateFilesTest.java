package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.TensorFolder;
import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.checkpoint.safetensors.TensorInfo;
import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.StoredFile;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.optim.InnerState;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.CarriedState;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WorkerStateFilesTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final WorkerState STATE =
      new WorkerState(
          new InnerState(7, List.of(new float[] {1, 2, 3}, new float[] {-1, 0, Float.MIN_VALUE})),
          new float[] {0.5f, 0, -0.5f});

  @TempDir Path directory;

  @Test
  void everyStateIsReadBack() throws IOException {
    WorkerStateFiles files = files("mean", "variance");
    List<WorkerState> states = List.of(STATE, new WorkerState(STATE.inner(), null));
    CarriedState.Reader reader = reader(files, states, List.of(7L, 7L));
    for (int worker = 0; worker < states.size(); worker++) {
      assertThat(reader.read(worker)).usingRecursiveComparison().isEqualTo(states.get(worker));
    }
    WorkerState nothing = new WorkerState(null, null);
    assertThat(reader(files(), List.of(nothing), List.of()).read(0)).isEqualTo(nothing);
  }

  @Test
  void aTaskTellsOfTheFirstValueThatIsNotFinite() {
    WorkerState state = new WorkerState(STATE.inner(), new float[] {1, Float.NaN, 2});
    WorkerStateFiles files = files("mean", "variance");
    assertThat(files.writeInTask(3, state))
        .satisfies(
            written -> {
              assertThat(written.innerSteps()).isEqualTo(7);
              assertThat(written.notFinite()).isEqualTo("residual.3");
            });
    assertThat(files.writeInTask(4, STATE).notFinite()).isNull();
  }

  @Test
  void aTaskWritesNothingWhereTheFolderIsNotSeen() {
    Path elsewhere = directory.resolve("elsewhere");
    WorkerStateFiles files =
        new WorkerStateFiles(
            new TensorFolder(FILES, List.of(elsewhere.toString())), List.of("m", "v"), 3);
    assertThat(files.writeInTask(0, STATE).file()).isNull();
    assertThat(files.verify(0, Map.of()).isReadable()).isFalse();
    assertThat(elsewhere).doesNotExist();
  }

  @Test
  void aFileOfAnotherModelIsRejected() throws IOException {
    CarriedState.Reader reader = reader(files("mean", "other"), List.of(STATE), List.of(7L));
    WorkerStateFiles shorter =
        new WorkerStateFiles(
            new TensorFolder(FILES, List.of(directory.toString())), List.of("mean"), 2);
    assertThat(reader.read(0).inner()).isNotNull();
    assertThatThrownBy(() -> reader(shorter, List.of(), List.of(7L)).read(0))
        .hasMessage(
            directory
                + "/state.safetensors: missing, expected the state of a worker; executors on"
                + " several machines need a run.dir that all of them share");
    StoredFile file = shorter.write(0, new WorkerState(STATE.inner(), null));
    assertThatThrownBy(
            () -> shorter.reader(Map.of("state-0.safetensors", file), List.of(7L)).read(0))
        .hasMessage(
            directory + "/state-0.safetensors: expected tensor inner.0.mean of 2 values, found 3");
  }

  @Test
  void aCheckpointHasAFileOfEachWorker() throws IOException {
    run("a", null);
    assertThat(names("a", 9))
        .containsExactly(
            "manifest.json",
            "parameters.safetensors",
            "state-0.safetensors",
            "state-1.safetensors",
            "state-2.safetensors",
            "state.safetensors");
    assertThat(tensors("a", 9, "state-1.safetensors"))
        .containsExactly("inner.1.first-moment", "inner.1.second-moment", "residual.1");
    assertThat(tensors("a", 9, "state.safetensors")).containsExactly("outer.momentum");
  }

  @Test
  void aRunOfAnEarlierReleaseIsResumed() throws IOException {
    RunResult undisturbed = run("undisturbed", null);
    assertThatThrownBy(() -> run("a", stopping(5))).hasMessage("stopped");
    EarlierRelease.convert(checkpoint("a", 5));
    assertThat(names("a", 5))
        .containsExactly("manifest.json", "parameters.safetensors", "state.safetensors");
    assertThat(tensors("a", 5, "state.safetensors")).hasSize(3 * 3 + 1);
    List<String> notes = new ArrayList<>();
    RunResult resumed = run("a", noting(notes));
    assertThat(resumed.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
    assertThat(notes)
        .anyMatch(note -> note.startsWith("resuming from "))
        .noneMatch(note -> note.startsWith("skipped"));
    assertThat(Files.readAllBytes(checkpoint("a", 9).resolve("state-2.safetensors")))
        .isEqualTo(Files.readAllBytes(checkpoint("undisturbed", 9).resolve("state-2.safetensors")));
  }

  private enum Damage {
    MISSING,
    TRUNCATED,
    ONE_BIT
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedFileOfAWorkerIsReportedAndTheCheckpointBeforeItIsUsed(Damage damage)
      throws IOException {
    RunResult undisturbed = run("undisturbed", null);
    assertThatThrownBy(() -> run("a", stopping(5))).hasMessage("stopped");
    Path file = checkpoint("a", 5).resolve("state-1.safetensors");
    byte[] content = Files.readAllBytes(file);
    Files.delete(file);
    if (damage != Damage.MISSING) {
      content[content.length - 1] ^= 4;
      Files.write(
          file, damage == Damage.ONE_BIT ? content : java.util.Arrays.copyOf(content, 1000));
    }
    List<String> notes = new ArrayList<>();
    RunResult resumed = run("a", noting(notes));
    assertThat(resumed.parametersSha256()).isEqualTo(undisturbed.parametersSha256());
    assertThat(notes)
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith("skipped checkpoint file:" + checkpoint("a", 5) + ": file:" + file)
                    .contains(
                        switch (damage) {
                          case MISSING -> ": missing, but listed in manifest.json";
                          case TRUNCATED ->
                              ": length: expected "
                                  + content.length
                                  + " bytes (manifest.json), found 1000 bytes";
                          case ONE_BIT -> ": SHA-256: expected ";
                        }))
        .anyMatch(note -> note.contains("resuming from file:" + checkpoint("a", 4)));
  }

  /** The states are a multiple of the parameters, and a model does not need them. */
  @Test
  void readersOfTheModelDoNotReadTheStates() throws IOException {
    run("a", null);
    Path file = checkpoint("a", 9).resolve("state-1.safetensors");
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1] ^= 4;
    Files.write(file, content);
    TrainedModel model =
        TrainedModel.load(FILES, directory.resolve("a").toString(), false, Engines.CPU);
    assertThat(model.path()).endsWith("step-00000009");
    CheckpointStore store =
        CheckpointStore.of(
            new org.apache.hadoop.fs.Path(directory.resolve("a").toUri()),
            new Configuration(),
            (checkpoint, reason) -> {});
    assertThat(store.newest().orElseThrow().step()).isEqualTo(8);
    assertThat(store.newestModel().orElseThrow().attachments()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"rename", "manifest-last"})
  void filesDoNotDependOnTheNumberOfThreads(String commit) throws IOException {
    for (int threads : new int[] {1, 3}) {
      execute("threads-" + threads, threads, null, "checkpoint.commit=" + commit);
    }
    for (int worker = 0; worker < 3; worker++) {
      String name = "state-" + worker + ".safetensors";
      assertThat(Files.readAllBytes(checkpoint("threads-3", 9).resolve(name)))
          .isEqualTo(Files.readAllBytes(checkpoint("threads-1", 9).resolve(name)));
    }
    try (Stream<Path> all = Files.list(directory.resolve("threads-3/checkpoints"))) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".inprogress"));
    }
  }

  private WorkerStateFiles files(String... moments) {
    return new WorkerStateFiles(
        new TensorFolder(FILES, List.of(directory.toString())), List.of(moments), 3);
  }

  private static CarriedState.Reader reader(
      WorkerStateFiles files, List<WorkerState> states, List<Long> steps) throws IOException {
    Map<String, StoredFile> stored = new java.util.TreeMap<>();
    for (int worker = 0; worker < states.size(); worker++) {
      stored.put("state-" + worker + ".safetensors", files.write(worker, states.get(worker)));
    }
    return files.reader(stored, steps);
  }

  private static RunObserver stopping(long rounds) {
    return new RunObserver() {
      @Override
      public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
        if (state.rounds() == rounds) {
          throw new IllegalStateException("stopped");
        }
      }
    };
  }

  private static RunObserver noting(List<String> notes) {
    return new RunObserver() {
      @Override
      public void onNote(String note) {
        notes.add(note);
      }
    };
  }

  /** Nine rounds of a step, a checkpoint after each. */
  private RunResult run(String name, @Nullable RunObserver observer) throws IOException {
    return execute(name, 2, observer);
  }

  private RunResult execute(
      String name, int threads, @Nullable RunObserver observer, String... more) throws IOException {
    List<String> settings = new ArrayList<>(List.of(more));
    settings.addAll(
        List.of(
            "run.dir=" + directory.resolve(name),
            "compute.workers=local",
            "data.digits.train=500",
            "data.digits.test=0",
            "data.validation-split=0",
            "model.hidden=[12]",
            "train.workers=3",
            "train.inner-state=keep",
            "train.local-steps=1",
            "train.steps=9",
            "train.batch-size=32",
            "optimizer.name=adamw",
            "optimizer.learning-rate=0.002",
            "average.codec=int8",
            "outer.name=nesterov",
            "checkpoint.every-rounds=1"));
    return new TrainingRun(
            RunConfig.load(null, settings),
            FILES,
            Engines.CPU,
            spec -> new LocalShardedData(spec, threads),
            observer == null ? RunObserver.NONE : observer)
        .execute();
  }

  private Path checkpoint(String name, long step) {
    return directory.resolve(name).resolve("checkpoints/step-%08d".formatted(step));
  }

  private List<String> names(String name, long step) throws IOException {
    try (Stream<Path> files = Files.list(checkpoint(name, step))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<String> tensors(String name, long step, String file) throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(checkpoint(name, step).resolve(file))) {
      return reader.tensors().stream().map(TensorInfo::name).toList();
    }
  }
}
