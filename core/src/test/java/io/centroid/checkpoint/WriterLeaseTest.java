package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WriterLeaseTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void refusesTheCommitOfAnOvertakenWriter(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    CheckpointWriter first = run.writer();
    RunFolder.save(first, 10, 1);
    CheckpointWriter second = run.writer();
    assertThatThrownBy(() -> RunFolder.save(first, 20, 2))
        .isInstanceOf(OvertakenException.class)
        .hasMessageContaining(
            "epoch 2 overtakes 1, held by process " + ProcessHandle.current().pid())
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    assertThat(run.newestStep()).isEqualTo(10);
    RunFolder.save(second, 20, 2);
    assertThat(run.store().newest().orElseThrow().manifest().writerEpoch()).isEqualTo(2);
    assertThat(leases(run)).containsExactly("epoch-00000002.json");
  }

  @ParameterizedTest
  @EnumSource
  void refusesAWriterThatIsOvertakenInsideItsCommit(CommitProtocol protocol) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    List<CheckpointWriter> overtaking = new ArrayList<>();
    CheckpointWriter first =
        run.observedWriter(
            step -> {
              if (step == CommitStep.AFTER_FILES) {
                overtaking.add(unchecked(run::writer));
                unchecked(() -> RunFolder.save(overtaking.get(0), 20, 5));
              }
            });
    assertThatThrownBy(() -> RunFolder.save(first, 20, 2)).isInstanceOf(OvertakenException.class);
    assertThat(run.store().newest().orElseThrow().parameters()).containsOnly(5f);
    assertThat(run.names()).hasSize(4);
    assertThat(run.passedOver).isEmpty();
  }

  @Test
  void growsTheEpochEvenWhenWritersAreLongGone() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    for (long epoch = 1; epoch <= 3; epoch++) {
      assertThat(run.writer().lease().epoch()).isEqualTo(epoch);
    }
    Files.writeString(run.checkpoints().resolve(".leases/epoch-00000041.json"), "");
    CheckpointWriter writer = run.writer();
    assertThat(writer.lease().epoch()).isEqualTo(42);
    Files.writeString(run.checkpoints().resolve(".leases/epoch-00000043.json"), "garbage");
    assertThatThrownBy(() -> writer.lease().check())
        .isInstanceOf(OvertakenException.class)
        .hasMessageEndingWith("epoch 43 overtakes 42, held by an unknown process");
  }

  @Test
  void namesTheOtherWriterInOneLineWhateverItsLeaseHolds() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter writer = run.writer();
    Files.writeString(
        run.checkpoints().resolve(".leases/epoch-00000002.json"),
        "{\"pid\": 7, \"host\": \"a\\n\\u001b[2J\", \"startedAt\": \"then\"}");
    assertThatThrownBy(() -> writer.lease().check())
        .isInstanceOf(OvertakenException.class)
        .hasMessageEndingWith("held by process 7 on a??[2J since then");
  }

  @Test
  void stopsAWriterWhoseLeaseWasRemoved() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter writer = run.writer();
    Files.delete(run.checkpoints().resolve(".leases/epoch-00000001.json"));
    assertThatThrownBy(() -> RunFolder.save(writer, 10, 1))
        .isInstanceOf(OvertakenException.class)
        .hasMessageContaining("the lease of epoch 1 was removed");
  }

  @Test
  void givesRacingWritersDifferentEpochs() throws Exception {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<Long> open = () -> run.writer().lease().epoch();
      List<Long> epochs = new ArrayList<>();
      for (Future<Long> future :
          threads.invokeAll(Stream.generate(() -> open).limit(40).toList())) {
        try {
          epochs.add(future.get());
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(OvertakenException.class);
        }
      }
      assertThat(epochs).isNotEmpty().doesNotHaveDuplicates();
      // A slow writer may have put back a lower lease that was removed meanwhile, and was refused.
      CheckpointWriter last = run.writer();
      assertThat(leases(run)).hasSize(1);
      assertThat(epochs).allMatch(epoch -> epoch < last.lease().epoch());
      RunFolder.save(last, 10, 1);
    } finally {
      threads.shutdownNow();
    }
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
