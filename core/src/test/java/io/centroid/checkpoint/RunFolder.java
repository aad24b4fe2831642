package io.centroid.checkpoint;

import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.Stopwatch;
import io.centroid.checkpoint.lease.WriterClaim;
import io.centroid.io.storage.CommitProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** A run's folder on the local disk, with the skipped checkpoints of its readers. */
public final class RunFolder {
  private final Path folder;
  private final CommitProtocol protocol;
  public final List<String> skipped = new ArrayList<>();
  final SimulatedMachine machine;

  /** Configuration of the readers and writers. */
  final Configuration configuration = new Configuration();

  public RunFolder(Path folder, CommitProtocol protocol) {
    this.folder = folder;
    this.protocol = protocol;
    this.machine = new SimulatedMachine(folder.resolve("proc"), "boot-1");
  }

  /** A simulated crash, which no cleanup handler catches. */
  static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  public CheckpointStore store() throws IOException {
    return CheckpointStore.of(
        new org.apache.hadoop.fs.Path(folder.toUri()),
        configuration,
        protocol,
        (checkpoint, reason) -> skipped.add(checkpoint.getName() + ": " + reason));
  }

  /** The next writer on this machine, after all earlier ones have crashed. */
  public CheckpointWriter writer(Retention retention) throws IOException {
    return writer(
        retention, CheckpointStore.SWEEP_AGE, Clock.systemUTC(), CommitStep.Observer.NONE);
  }

  public CheckpointWriter writer(
      Retention retention, Duration sweepAge, Clock clock, CommitStep.Observer observer)
      throws IOException {
    machine.killAll();
    WriterClaim claim = store().claim(LeaseTerms.usual(), machine.start(), clock, Stopwatch.SYSTEM);
    return store().writer(claim, retention, step -> {}, sweepAge, clock, observer);
  }

  public CheckpointWriter writer() throws IOException {
    return writer(Retention.last(100));
  }

  /** A writer that crashes after a step. */
  CheckpointWriter dyingWriter(CommitStep last) throws IOException {
    return observedWriter(
        step -> {
          if (step == last) {
            throw new Death();
          }
        });
  }

  public CheckpointWriter observedWriter(CommitStep.Observer observer) throws IOException {
    return writer(Retention.last(100), CheckpointStore.SWEEP_AGE, Clock.systemUTC(), observer);
  }

  public static StoredCheckpoint save(CheckpointWriter writer, long step, float value)
      throws IOException {
    return writer.save(
        Snapshots.at(step), Snapshots.parameters(value), Snapshots.state(value), Map.of());
  }

  long newestStep() throws IOException {
    return store().newest().orElseThrow().step();
  }

  public List<Long> steps() throws IOException {
    return store().listUnverified().stream().map(StoredCheckpoint::step).toList();
  }

  public Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  public Path file(long step, String name) {
    return checkpoints().resolve("step-%08d".formatted(step)).resolve(name);
  }

  /** Flips one bit in the last byte of a file. */
  void flipLastByte(long step, String name) throws IOException {
    byte[] content = Files.readAllBytes(file(step, name));
    content[content.length - 1] ^= 1;
    Files.write(file(step, name), content);
  }

  /** Every file and folder below the checkpoints, except leases. */
  public List<String> names() throws IOException {
    try (Stream<Path> paths = Files.walk(checkpoints())) {
      return paths
          .map(path -> checkpoints().relativize(path).toString())
          .filter(name -> !name.isEmpty() && !name.startsWith(".leases"))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
