package io.centroid.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.CommitProtocol;
import io.centroid.io.storage.ObjectStore;
import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.MetricsLog;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Event files that were damaged or deleted: the run that is resumed has all in its metrics. */
class RestoredScalarsTest {
  @TempDir Path folder;

  private Reported run;

  @BeforeEach
  void open() {
    run = new Reported(folder.resolve("run"));
  }

  /** What happens to the files of three processes, with steps 1 to 3, 4 to 6 and 7 to 9. */
  private enum Damage {
    FIRST_DELETED("3 rounds and 0 evaluations") {
      @Override
      void to(List<Path> files) throws IOException {
        Files.delete(files.get(0));
      }
    },
    SECOND_DELETED("3 rounds and 1 evaluation") {
      @Override
      void to(List<Path> files) throws IOException {
        Files.delete(files.get(1));
      }
    },
    LAST_DELETED("3 rounds and 1 evaluation") {
      @Override
      void to(List<Path> files) throws IOException {
        Files.delete(files.get(2));
      }
    },
    ALL_DELETED("9 rounds and 2 evaluations") {
      @Override
      void to(List<Path> files) throws IOException {
        for (Path file : files) {
          Files.delete(file);
        }
        Files.delete(files.get(0).getParent());
      }
    },
    SECOND_TRUNCATED("1 round and 0 evaluations") {
      @Override
      void to(List<Path> files) throws IOException {
        byte[] content = Files.readAllBytes(files.get(1));
        Files.write(files.get(1), Arrays.copyOf(content, content.length - 1));
      }
    },
    FIRST_AND_SECOND_FLIPPED("6 rounds and 1 evaluation") {
      @Override
      void to(List<Path> files) throws IOException {
        for (Path file : files.subList(0, 2)) {
          byte[] content = Files.readAllBytes(file);
          content[70] ^= 1;
          Files.write(file, content);
        }
      }
    };

    private final String restored;

    Damage(String restored) {
      this.restored = restored;
    }

    abstract void to(List<Path> files) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void aResumedRunHasTheScalarsOfAnUninterruptedOne(Damage damage) throws Exception {
    trainThreeTimes();
    damage.to(files());
    resume();
    assertThat(run.notes)
        .filteredOn(note -> note.contains("restored"))
        .singleElement()
        .asString()
        .contains("restored the scalars of " + damage.restored + " from metrics.jsonl");
    requireWhole();
    run.notes.clear();
    resume();
    assertThat(run.notes).isEmpty();
    requireWhole();
  }

  /** As if the process was killed while it replaced the files: some have what was missing. */
  @Test
  void aRestorationThatWasInterruptedIsCompleted() throws Exception {
    trainThreeTimes();
    Files.delete(files().get(0));
    Path last = files().get(1);
    byte[] content = Files.readAllBytes(last);
    resume();
    Files.write(last, content);
    Files.delete(files().get(2));
    Files.delete(files().get(0));
    resume();
    requireWhole();
  }

  @Test
  void aRollbackRestoresWhatItFindsDamaged() throws Exception {
    trainThreeTimes();
    TrainState state = Reported.state(9);
    try (MetricsLog log = log(state);
        TensorBoardReporter reporter = run.open(state)) {
      Path first = files().get(0);
      byte[] content = Files.readAllBytes(first);
      content[70] ^= 1;
      Files.write(first, content);
      Rollback rollback = new Rollback(1, 9, 6, 0.5, "diverged");
      log.onRollback(Reported.state(6), rollback);
      reporter.onRollback(Reported.state(6), rollback);
      Reported.rounds(log, 6, 9);
      Reported.rounds(reporter, 6, 9);
    }
    assertThat(run.notes).anyMatch(note -> note.contains("restored the scalars of 3 rounds"));
    requireWhole();
  }

  /** TensorBoard was turned off so far. */
  @Test
  void aRunWithoutEventFilesGetsThem() throws Exception {
    try (MetricsLog log = log(Reported.state(0))) {
      Reported.rounds(log, 0, 9);
    }
    resume();
    requireWhole();
  }

  /** There a file is replaced in place, and appears when it is closed. */
  @Test
  void aFileThatCannotBeReadAgainIsKeptOnAnObjectStore() throws Exception {
    trainThreeTimes();
    Path first = files().get(0);
    long length = Files.size(first);
    var object = ObjectStore.path(run.events());
    Storage storage = Storage.of(object, ObjectStore.configuration(), CommitProtocol.MANIFEST_LAST);
    ObjectStore.before(
        new Runnable() {
          private int operations;

          @Override
          public void run() {
            // The folder is listed and its three files are read, before the first is copied.
            operations++;
            ObjectStore.failReadsFrom(operations > 4 ? length / 2 : Long.MAX_VALUE);
          }
        });
    byte[] content = Files.readAllBytes(first);
    try {
      assertThatThrownBy(
              () ->
                  new EventFolder(storage, object, run.notes::add)
                      .cut(run.from(Reported.state(2)), 2))
          .hasMessage("connection reset");
    } finally {
      ObjectStore.before(() -> {});
      ObjectStore.failReadsFrom(Long.MAX_VALUE);
    }
    assertThat(first).hasBinaryContent(content);
  }

  private void trainThreeTimes() throws IOException {
    for (int after = 0; after < 9; after += 3) {
      TrainState state = Reported.state(after);
      try (MetricsLog log = log(state);
          TensorBoardReporter reporter = run.open(state)) {
        Reported.rounds(log, after, after + 3);
        Reported.rounds(reporter, after, after + 3);
      }
    }
    assertThat(run.notes).isEmpty();
    assertThat(files()).hasSize(3);
  }

  /** Resumes after step 9, and trains no further. */
  private void resume() throws IOException {
    TrainState state = Reported.state(9);
    try (MetricsLog log = log(state);
        TensorBoardReporter reporter = run.open(state)) {
      assertThat(log).isNotNull();
      assertThat(reporter).isNotNull();
    }
  }

  private void requireWhole() throws Exception {
    Reported uninterrupted = new Reported(Files.createTempDirectory(folder, "uninterrupted"));
    try (TensorBoardReporter reporter = uninterrupted.open(Reported.state(0))) {
      Reported.rounds(reporter, 0, 9);
    }
    ReadEvents expected = ReadEvents.of(uninterrupted.events());
    ReadEvents read = ReadEvents.of(run.events());
    JsonNode scalars = expected.scalars();
    assertThat(scalars.path("training/loss")).hasSize(9);
    assertThat(scalars.path("validation/accuracy")).hasSize(2);
    assertThat(read.scalars()).isEqualTo(scalars);
    assertThat(read.duplicates()).isEmpty();
    assertThat(read.steps("training/loss")).isSorted();
    assertThat(read.steps("configuration")).containsExactly(0L);
    assertThat(read.steps(HParams.START)).containsExactly(0L);
  }

  private MetricsLog log(TrainState state) throws IOException {
    HadoopFiles files = new HadoopFiles(new Configuration());
    Files.createDirectories(folder.resolve("run"));
    var file = files.path(folder.resolve("run/metrics.jsonl").toUri().toString());
    return MetricsLog.open(Storage.of(files, file), file, state, run.notes::add);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(run.events())) {
      return new ArrayList<>(files.sorted().toList());
    }
  }
}
