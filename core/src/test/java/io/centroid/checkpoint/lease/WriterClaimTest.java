package io.centroid.checkpoint.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.RunFolder;
import io.centroid.checkpoint.SimulatedMachine;
import io.centroid.checkpoint.SimulatedTime;
import io.centroid.io.storage.CommitProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims of the writer lease by processes of simulated machines, in simulated time. */
final class WriterClaimTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();
  private RunFolder run;
  private SimulatedMachine here;
  private SimulatedMachine elsewhere;

  @BeforeEach
  void machines() {
    run = new RunFolder(folder.resolve("run"), CommitProtocol.RENAME);
    here = new SimulatedMachine(folder.resolve("here"), "boot-here");
    elsewhere = new SimulatedMachine(folder.resolve("elsewhere"), "boot-elsewhere");
  }

  @Test
  void failsWhileAProcessOfThisMachineRuns() throws IOException {
    writer(claim(here.start(), new SimulatedTime()));
    List<String> before = files();
    SimulatedTime time = new SimulatedTime();
    WriterClaim second = claim(here.start(), time);
    assertThatThrownBy(second::requireFree)
        .isInstanceOf(LeaseHeldException.class)
        .hasMessageMatching(
            "run.dir \\S*run is in use by process 100 on \\S+ since 20\\S+Z \\(it is running on"
                + " this machine\\): wait for it, end it, or choose another run.dir");
    assertThatThrownBy(() -> writer(second)).isInstanceOf(LeaseHeldException.class);
    assertThat(time.passed()).isZero();
    assertThat(files()).isEqualTo(before);
    assertThat(notes).isEmpty();
  }

  @Test
  void aSecondRunInTheSameProcessFailsToo() throws IOException {
    ProcessTable process = here.start();
    writer(claim(process, new SimulatedTime()));
    assertThatThrownBy(() -> claim(process, new SimulatedTime()).requireFree())
        .isInstanceOf(LeaseHeldException.class);
  }

  @Test
  void takesOverImmediatelyFromADeadProcessOfThisMachine() throws IOException {
    writer(claim(here.start(), new SimulatedTime()));
    here.kill(100);
    SimulatedTime time = new SimulatedTime();
    assertThat(writer(claim(here.start(), time)).lease().fencingToken()).isEqualTo(2);
    assertThat(time.passed()).isZero();
    assertThat(notes)
        .singleElement()
        .asString()
        .matches(
            "the writer of run.dir \\S+, process 100 on .*, no longer runs: taking over the lease");
  }

  @Test
  void aZombieOrAReusedProcessIdIsNotTheHolder() throws IOException {
    writer(claim(here.start(), new SimulatedTime()));
    here.leaveDefunct(100);
    assertThat(writer(claim(here.start(), new SimulatedTime())).lease().fencingToken())
        .isEqualTo(2);
    here.kill(101);
    here.start(101);
    assertThat(writer(claim(here.start(), new SimulatedTime())).lease().fencingToken())
        .isEqualTo(3);
  }

  @Test
  void takesOverAReleasedLeaseSilently() throws IOException {
    writer(claim(elsewhere.start(), new SimulatedTime())).close();
    SimulatedTime time = new SimulatedTime();
    assertThat(writer(claim(here.start(), time)).lease().fencingToken()).isEqualTo(2);
    assertThat(time.passed()).isZero();
    assertThat(notes).isEmpty();
  }

  @Test
  void failsIfAHolderOnAnotherMachineSendsAHeartbeat() throws IOException {
    CheckpointWriter first = writer(claim(elsewhere.start(), new SimulatedTime()));
    List<String> before = files();
    SimulatedTime time =
        new SimulatedTime(
            passed -> {
              if (passed.compareTo(Duration.ofSeconds(5)) == 0) {
                heartbeat(first.lease().fencingToken(), 2);
              }
            });
    assertThatThrownBy(() -> claim(here.start(), time).requireFree())
        .isInstanceOf(LeaseHeldException.class)
        .hasMessageContaining("in use by process 100 on ")
        .hasMessageContaining("(it sent a heartbeat)");
    assertThat(time.passed()).isEqualTo(Duration.ofSeconds(5));
    assertThat(notes)
        .singleElement()
        .asString()
        .endsWith("is not visible from this machine: waiting 30 s for a heartbeat");
    assertThat(files()).hasSameSizeAs(before);
  }

  @Test
  void takesOverFromAHolderOnAnotherMachineWithoutHeartbeats() throws IOException {
    writer(claim(elsewhere.start(), new SimulatedTime()));
    SimulatedTime time = new SimulatedTime();
    WriterClaim second = claim(here.start(), time);
    second.requireFree();
    assertThat(time.passed()).isEqualTo(TIMEOUT);
    assertThat(notes).hasSize(2);
    assertThat(notes.get(1)).endsWith("sent no heartbeat for 30 s: taking over the lease");
    // A lease that has expired need not be observed again.
    assertThat(writer(second).lease().fencingToken()).isEqualTo(2);
    assertThat(time.passed()).isEqualTo(TIMEOUT);
  }

  @Test
  void waitsAgainIfTheHolderResumesBetweenClaimAndAcquisition() throws IOException {
    CheckpointWriter first = writer(claim(elsewhere.start(), new SimulatedTime()));
    SimulatedTime time = new SimulatedTime();
    WriterClaim second = claim(here.start(), time);
    second.requireFree();
    heartbeat(first.lease().fencingToken(), 2);
    writer(second);
    assertThat(time.passed()).isEqualTo(TIMEOUT.multipliedBy(2));
  }

  @Test
  void theHoldersLongerTimeoutApplies() throws IOException {
    Duration long_ = Duration.ofMinutes(10);
    run.store()
        .writer(
            run.store()
                .claim(
                    new LeaseTerms(long_, notes::add),
                    elsewhere.start(),
                    Clock.systemUTC(),
                    new SimulatedTime()),
            Retention.last(1));
    SimulatedTime time = new SimulatedTime();
    writer(claim(here.start(), time));
    assertThat(time.passed()).isEqualTo(long_);
  }

  @Test
  void aSuspendedClaimantDoesNotExpireTheHolder() throws IOException {
    CheckpointWriter first = writer(claim(elsewhere.start(), new SimulatedTime()));
    List<SimulatedTime> self = new ArrayList<>();
    SimulatedTime time =
        new SimulatedTime(
            passed -> {
              if (passed.compareTo(Duration.ofSeconds(10)) == 0) {
                self.get(0)
                    .sleep(Duration.ofHours(1)); // A suspended machine, or an unavailable NameNode.
              }
              if (passed.compareTo(Duration.ofHours(1).plusSeconds(15)) == 0) {
                heartbeat(first.lease().fencingToken(), 2);
              }
            });
    self.add(time);
    assertThatThrownBy(() -> claim(here.start(), time).requireFree())
        .isInstanceOf(LeaseHeldException.class)
        .hasMessageContaining("heartbeat");
  }

  @Test
  void equalHostNamesInContainersAreNotTheSameMachine() throws IOException {
    ProcessTable inside = here.start();
    here.namespace(100, "pid:[4026532000]");
    writer(claim(inside, new SimulatedTime()));
    here.kill(100); // The process id belongs to another namespace.
    SimulatedTime time = new SimulatedTime();
    writer(claim(here.start(), time));
    assertThat(time.passed()).isEqualTo(TIMEOUT);
  }

  @Test
  void anotherBootIsAnotherMachine() throws IOException {
    writer(claim(elsewhere.start(), new SimulatedTime()));
    SimulatedTime time = new SimulatedTime();
    writer(claim(here.start(), time));
    assertThat(time.passed()).isEqualTo(TIMEOUT);
  }

  @Test
  void hiddenProcessesAreNotDead() throws IOException {
    ProcessTable first = here.start();
    writer(claim(first, new SimulatedTime()));
    ProcessTable second = here.start();
    here.hide(1);
    here.hide(100);
    SimulatedTime time = new SimulatedTime();
    writer(claim(second, time));
    assertThat(time.passed()).isEqualTo(TIMEOUT);
  }

  @Test
  void waitsForAnUnreadableHolder() throws IOException {
    Path leases = Files.createDirectories(run.checkpoints().resolve(".leases"));
    Files.writeString(leases.resolve("fencing-token-00000003.json"), "{\"host\": \"half");
    SimulatedTime time = new SimulatedTime();
    assertThat(writer(claim(here.start(), time)).lease().fencingToken()).isEqualTo(4);
    assertThat(time.passed()).isEqualTo(TIMEOUT);
    assertThat(notes.get(0)).contains("an unknown process");
  }

  @Test
  void exactlyOneOfManyConcurrentClaimsWins() throws Exception {
    writer(claim(here.start(), new SimulatedTime()));
    here.kill(100);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<WriterLease>> claims = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        WriterClaim claim = claim(here.start(), new SimulatedTime());
        claims.add(() -> writer(claim).lease());
      }
      List<WriterLease> holding = new ArrayList<>();
      for (Future<WriterLease> future : threads.invokeAll(claims)) {
        try {
          // In simulated time a holder whose file was read incompletely loses its lease at once.
          WriterLease lease = future.get();
          lease.check();
          holding.add(lease);
        } catch (LeaseLostException e) {
          assertThat(e).hasMessageContaining("lease lost");
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(LeaseHeldException.class);
        }
      }
      assertThat(holding).hasSize(1);
      assertThat(holding.get(0).fencingToken()).isGreaterThan(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aHolderSendsHeartbeats() throws Exception {
    LeaseTerms terms = new LeaseTerms(Duration.ofMillis(50), notes::add);
    WriterClaim claim = run.store().claim(terms, here.start(), Clock.systemUTC(), Stopwatch.SYSTEM);
    try (CheckpointWriter writer = run.store().writer(claim, Retention.last(1))) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (heartbeats().stream()
          .noneMatch(name -> name.matches("heartbeat-00000001-0000000[3-9]"))) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        LockSupport.parkNanos(1_000_000);
      }
      assertThat(heartbeats()).hasSizeLessThan(3);
      // The heartbeat thread detects the lost lease.
      Files.writeString(
          run.checkpoints().resolve(".leases").resolve("fencing-token-00000009.json"), "another");
      while (!hasLostLease(writer)) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private static boolean hasLostLease(CheckpointWriter writer) throws IOException {
    try {
      writer.lease().checkIfLost();
      return false;
    } catch (LeaseLostException e) {
      return true;
    }
  }

  private WriterClaim claim(ProcessTable process, Stopwatch time) throws IOException {
    return run.store().claim(new LeaseTerms(TIMEOUT, notes::add), process, Clock.systemUTC(), time);
  }

  private CheckpointWriter writer(WriterClaim claim) throws IOException {
    return run.store().writer(claim, Retention.last(1));
  }

  private void heartbeat(long token, long number) throws IOException {
    Path leases = run.checkpoints().resolve(".leases");
    Files.createFile(leases.resolve("heartbeat-%08d-%08d".formatted(token, number)));
    Files.delete(leases.resolve("heartbeat-%08d-%08d".formatted(token, number - 1)));
  }

  /** The heartbeat files. They come and go while this runs, so no attribute of them is read. */
  private List<String> heartbeats() throws IOException {
    try (Stream<Path> leases = Files.list(run.checkpoints().resolve(".leases"))) {
      return leases
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("heartbeat-"))
          .toList();
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(run.checkpoints())) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }
}
