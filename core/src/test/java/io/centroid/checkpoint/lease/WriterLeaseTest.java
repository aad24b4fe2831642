package io.centroid.checkpoint.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.CommitStep;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.RunFolder;
import io.centroid.io.storage.CommitProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A writer that lost its lease is fenced off. */
final class WriterLeaseTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void fencesOffAWriterThatLostItsLease(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointWriter first = run.writer();
    RunFolder.save(first, 10, 1);
    CheckpointWriter second = run.writer();
    assertThatThrownBy(() -> RunFolder.save(first, 20, 2))
        .isInstanceOf(LeaseLostException.class)
        .hasMessageMatching(
            "lease lost: another writer took over .*checkpoints: fencing token 2 is above 1, held"
                + " by process 101 on .* since 20.*Z");
    assertThat(run.steps()).containsExactly(10L);
    RunFolder.save(second, 20, 2);
    assertThat(run.store().newest().orElseThrow().manifest().fencingToken()).isEqualTo(2);
    assertThat(leases(run))
        .containsExactly("fencing-token-00000002.json", "heartbeat-00000002-00000001");
  }

  @ParameterizedTest
  @EnumSource
  void fencesOffAWriterThatLosesItsLeaseDuringACommit(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    List<CheckpointWriter> next = new ArrayList<>();
    CheckpointWriter first =
        run.observedWriter(
            step -> {
              if (step == CommitStep.AFTER_FILES) {
                next.add(unchecked(run::writer));
                unchecked(() -> RunFolder.save(next.get(0), 20, 5));
              }
            });
    assertThatThrownBy(() -> RunFolder.save(first, 20, 2)).isInstanceOf(LeaseLostException.class);
    assertThat(run.store().newest().orElseThrow().parameters()).containsOnly(5f);
    assertThat(run.names()).hasSize(4);
    assertThat(run.skipped).isEmpty();
  }

  @Test
  void cleanupRemovesTheFolderOfAWriterThatHasPassedItsCheck() throws IOException {
    // As if it were suspended between check and rename: nothing is left to rename.
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter first =
        run.observedWriter(
            step -> {
              if (step == CommitStep.AFTER_MANIFEST) {
                unchecked(run::writer);
                unchecked(() -> Files.deleteIfExists(lease(run, "fencing-token-00000002.json")));
                unchecked(() -> Files.createFile(lease(run, "fencing-token-00000001.json")));
              }
            });
    assertThatThrownBy(() -> RunFolder.save(first, 20, 2))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot commit checkpoint ");
    assertThat(run.names()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void acceptsTheSameStepCommittedLateByASuspendedWriter(CommitProtocol protocol)
      throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointStep late = new CheckpointStep(run);
    CheckpointWriter writer =
        run.observedWriter(
            step -> {
              if (step == CommitStep.AFTER_FILES && !Files.exists(run.file(20, Manifest.FILE))) {
                unchecked(() -> late.commit(20, 2));
              }
            });
    assertThat(RunFolder.save(writer, 20, 2).manifest().fencingToken()).isEqualTo(7);
    assertThat(run.store().newest().orElseThrow().parameters()).containsOnly(2f);
    RunFolder.save(writer, 30, 3);
    assertThat(run.steps()).containsExactly(20L, 30L);
  }

  @Test
  void rejectsCommitsAfterTheLeaseIsReleased() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter writer = run.writer();
    RunFolder.save(writer, 10, 1);
    writer.close();
    writer.close();
    assertThat(leases(run)).contains("released-00000001");
    assertThatThrownBy(() -> RunFolder.save(writer, 20, 2))
        .isInstanceOf(LeaseLostException.class)
        .hasMessageContaining("was released because this process is ending");
    assertThat(run.steps()).containsExactly(10L);
  }

  @Test
  void closingALostLeaseDoesNotReleaseTheNewOne() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter first = run.writer();
    CheckpointWriter second = run.writer();
    first.close();
    assertThat(leases(run))
        .containsExactly("fencing-token-00000002.json", "heartbeat-00000002-00000001");
    second.lease().check();
  }

  @Test
  void theFencingTokenIncreasesAcrossWriters() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    for (long token = 1; token <= 3; token++) {
      try (CheckpointWriter writer = run.writer()) {
        assertThat(writer.lease().fencingToken()).isEqualTo(token);
      }
    }
    Files.writeString(lease(run, "fencing-token-00000041.json"), "");
    Files.writeString(lease(run, "released-00000041"), "");
    CheckpointWriter writer = run.writer();
    assertThat(writer.lease().fencingToken()).isEqualTo(42);
    Files.writeString(lease(run, "fencing-token-00000043.json"), "garbage");
    assertThatThrownBy(() -> writer.lease().check())
        .isInstanceOf(LeaseLostException.class)
        .hasMessageEndingWith("fencing token 43 is above 42, held by an unknown process");
  }

  @Test
  void reportsTheOtherWriterInOneLineForAnyLeaseFile() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter writer = run.writer();
    Files.writeString(
        run.checkpoints().resolve(".leases/fencing-token-00000002.json"),
        "{\"uuid\": \"u\", \"pid\": 7, \"host\": \"a\\n\\u001b[2J\", \"startedAt\": \"then\"}");
    assertThatThrownBy(() -> writer.lease().check())
        .isInstanceOf(LeaseLostException.class)
        .hasMessageEndingWith("held by process 7 on a??[2J since then");
  }

  @Test
  void stopsAWriterWhoseLeaseFileIsRemoved() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter writer = run.writer();
    Files.delete(lease(run, "fencing-token-00000001.json"));
    assertThatThrownBy(() -> RunFolder.save(writer, 10, 1))
        .isInstanceOf(LeaseLostException.class)
        .hasMessageContaining("lease lost: fencing token 1 was removed");
  }

  /** A step that a writer with a lower fencing token commits late. */
  private record CheckpointStep(RunFolder run) {
    Path commit(long step, float value) throws IOException {
      Path elsewhere = run.checkpoints().resolveSibling("elsewhere");
      RunFolder other = new RunFolder(elsewhere, CommitProtocol.RENAME);
      Files.createDirectories(other.checkpoints().resolve(".leases"));
      Files.createFile(lease(other, "fencing-token-00000006.json"));
      Files.createFile(lease(other, "released-00000006"));
      RunFolder.save(other.writer(), step, value);
      String name = "step-%08d".formatted(step);
      Path target = run.checkpoints().resolve(name);
      if (Files.exists(target)) {
        for (String file : List.of("parameters.safetensors", "state.safetensors")) {
          Files.delete(target.resolve(file));
        }
        Files.delete(target);
      }
      return Files.move(other.checkpoints().resolve(name), target);
    }
  }

  private static Path lease(RunFolder run, String name) {
    return run.checkpoints().resolve(".leases").resolve(name);
  }

  private static List<String> leases(RunFolder run) throws IOException {
    try (Stream<Path> files = Files.list(run.checkpoints().resolve(".leases"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static <T> T unchecked(Callable<T> call) {
    try {
      return call.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
