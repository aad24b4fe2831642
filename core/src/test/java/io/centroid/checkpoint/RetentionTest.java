package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.io.storage.CommitProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RetentionTest {
  @TempDir Path folder;

  @Test
  void keepsAtLeastOne() {
    assertThatThrownBy(() -> Retention.last(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keepLast must be >= 1: 0");
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheNewest(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointWriter writer = run.writer(Retention.last(2));
    for (long step = 1; step <= 5; step++) {
      RunFolder.save(writer, step, (float) step);
      assertThat(run.newestStep()).isEqualTo(step);
    }
    assertThat(run.steps()).containsExactly(4L, 5L);
    assertThat(run.names()).hasSize(8);
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheBestToo(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointWriter writer = run.writer(Retention.lastAndBest(1, "loss", false));
    double[] losses = {0.9, 0.3, 0.5, 0.3, 0.4, 0.2, 0.8};
    List<List<Long>> expected =
        List.of(
            List.of(1L),
            List.of(2L),
            List.of(2L, 3L),
            List.of(2L, 4L),
            List.of(2L, 5L),
            List.of(6L),
            List.of(6L, 7L));
    for (int i = 0; i < losses.length; i++) {
      writer.save(
          Snapshots.at(i + 1, Map.of("loss", losses[i])),
          Snapshots.parameters(i),
          List.of(),
          Map.of());
      assertThat(run.steps()).isEqualTo(expected.get(i));
    }
  }

  @Test
  void doesNotCountADamagedCheckpoint() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter writer = run.writer(Retention.last(2));
    RunFolder.save(writer, 1, 1);
    RunFolder.save(writer, 2, 2);
    Files.delete(run.file(2, Manifest.STATE_FILE));
    RunFolder.save(writer, 3, 3);
    assertThat(run.steps()).containsExactly(1L, 3L);
    assertThat(run.skipped).isEmpty();
  }

  @Test
  void keepsCheckpointsNewerThanTheSavedStep() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter all = run.writer();
    RunFolder.save(all, 1, 1);
    RunFolder.save(all, 2, 2);
    RunFolder.save(all, 9, 9);
    RunFolder.save(run.writer(Retention.last(1)), 2, 2);
    assertThat(run.steps()).containsExactly(2L, 9L);
  }

  @Test
  void keepsAllIfTheSaveFails() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    RunFolder.save(run.writer(), 1, 1);
    CheckpointWriter dying =
        run.writer(
            Retention.last(1),
            CheckpointStore.SWEEP_AGE,
            Clock.systemUTC(),
            step -> {
              if (step == CommitStep.AFTER_MANIFEST) {
                throw new RunFolder.Death();
              }
            });
    assertThatThrownBy(() -> RunFolder.save(dying, 2, 2)).isInstanceOf(RunFolder.Death.class);
    assertThat(run.steps()).containsExactly(1L);
  }
}
