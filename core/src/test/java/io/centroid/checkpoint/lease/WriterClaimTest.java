package io.centroid.checkpoint.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.PretendedMachine;
import io.centroid.checkpoint.PretendedTime;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.RunFolder;
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

/** Who may become the writer of a run: processes of pretended machines, and pretended time. */
final class WriterClaimTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();
  private RunFolder run;
  private PretendedMachine here;
  private PretendedMachine elsewhere;

  @BeforeEach
  void machines() {
    run = new RunFolder(folder.resolve("run"), CommitProtocol.RENAME);
    here = new PretendedMachine(folder.resolve("here"), "boot-here");
    elsewhere = new PretendedMachine(folder.resolve("elsewhere"), "boot-elsewhere");
  }

  @Test
  void refusesWhileAProcessOfThisMachineLives() throws IOException {
    writer(claim(here.start(), new PretendedTime()));
    List<String> before = files();
    PretendedTime time = new PretendedTime();
    WriterClaim second = claim(here.start(), time);
    assertThatThrownBy(second::requireFree)
        .isInstanceOf(LeaseHeldException.class)
        .hasMessageMatching(
            "run.dir \\S*run is in use by process 100 on \\S+ since 20\\S+Z"
                + " \\(it runs on this machine\\): wait for it, end it, or choose another run.dir");
    assertThatThrownBy(() -> writer(second)).isInstanceOf(LeaseHeldException.class);
    assertThat(time.passed()).isZero();
    assertThat(files()).isEqualTo(before);
    assertThat(notes).isEmpty();
  }

  @Test
  void aSecondRunOfTheSameProcessIsRefusedToo() throws IOException {
    ProcessTable process = here.start();
    writer(claim(process, new PretendedTime()));
    assertThatThrownBy(() -> claim(process, new PretendedTime()).requireFree())
        .isInstanceOf(LeaseHeldException.class);
  }

  @Test
  void takesOverAtOnceFromAProcessOfThisMachineThatIsGone() throws IOException {
    writer(claim(here.start(), new PretendedTime()));
    here.kill(100);
    PretendedTime time = new PretendedTime();
    assertThat(writer(claim(here.start(), time)).lease().epoch()).isEqualTo(2);
    assertThat(time.passed()).isZero();
    assertThat(notes)
        .singleElement()
        .asString()
        .matches("the writer of run.dir \\S+, process 100 on .*, is gone: taking over");
  }

  @Test
  void aDefunctProcessAndAnotherOfTheSameNumberAreNotTheHolder() throws IOException {
    writer(claim(here.start(), new PretendedTime()));
    here.leaveDefunct(100);
    assertThat(writer(claim(here.start(), new PretendedTime())).lease().epoch()).isEqualTo(2);
    here.kill(101);
    here.start(101);
    assertThat(writer(claim(here.start(), new PretendedTime())).lease().epoch()).isEqualTo(3);
  }

  @Test
  void followsAReleaseWithoutAWord() throws IOException {
    writer(claim(elsewhere.start(), new PretendedTime())).close();
    PretendedTime time = new PretendedTime();
    assertThat(writer(claim(here.start(), time)).lease().epoch()).isEqualTo(2);
    assertThat(time.passed()).isZero();
    assertThat(notes).isEmpty();
  }

  @Test
  void refusesWhenAHolderOfAnotherMachineGivesASign() throws IOException {
    CheckpointWriter first = writer(claim(elsewhere.start(), new PretendedTime()));
    List<String> before = files();
    PretendedTime time =
        new PretendedTime(
            passed -> {
              if (passed.compareTo(Duration.ofSeconds(5)) == 0) {
                sign(first.lease().epoch(), 2);
              }
            });
    assertThatThrownBy(() -> claim(here.start(), time).requireFree())
        .isInstanceOf(LeaseHeldException.class)
        .hasMessageContaining("in use by process 100 on ")
        .hasMessageContaining("(it gave a sign of life)");
    assertThat(time.passed()).isEqualTo(Duration.ofSeconds(5));
    assertThat(notes)
        .singleElement()
        .asString()
        .endsWith("cannot be seen from here: watching 30 s for a sign of life");
    assertThat(files()).hasSameSizeAs(before);
  }

  @Test
  void takesOverFromAHolderOfAnotherMachineThatIsSilent() throws IOException {
    writer(claim(elsewhere.start(), new PretendedTime()));
    PretendedTime time = new PretendedTime();
    WriterClaim second = claim(here.start(), time);
    second.requireFree();
    assertThat(time.passed()).isEqualTo(TIMEOUT);
    assertThat(notes).hasSize(2);
    assertThat(notes.get(1)).endsWith("gave no sign of life for 30 s: taking over");
    // What was watched once need not be watched again.
    assertThat(writer(second).lease().epoch()).isEqualTo(2);
    assertThat(time.passed()).isEqualTo(TIMEOUT);
  }

  @Test
  void watchesAgainIfTheHolderCameBackBetweenTheClaimAndTheTaking() throws IOException {
    CheckpointWriter first = writer(claim(elsewhere.start(), new PretendedTime()));
    PretendedTime time = new PretendedTime();
    WriterClaim second = claim(here.start(), time);
    second.requireFree();
    sign(first.lease().epoch(), 2);
    writer(second);
    assertThat(time.passed()).isEqualTo(TIMEOUT.multipliedBy(2));
  }

  @Test
  void aHolderWithALongerTimeoutIsGivenItsTime() throws IOException {
    Duration long_ = Duration.ofMinutes(10);
    run.store()
        .writer(
            run.store()
                .claim(
                    new LeaseTerms(long_, notes::add),
                    elsewhere.start(),
                    Clock.systemUTC(),
                    new PretendedTime()),
            Retention.last(1));
    PretendedTime time = new PretendedTime();
    writer(claim(here.start(), time));
    assertThat(time.passed()).isEqualTo(long_);
  }

  @Test
  void itsOwnSleepIsNotTheHoldersSilence() throws IOException {
    CheckpointWriter first = writer(claim(elsewhere.start(), new PretendedTime()));
    List<PretendedTime> self = new ArrayList<>();
    PretendedTime time =
        new PretendedTime(
            passed -> {
              if (passed.compareTo(Duration.ofSeconds(10)) == 0) {
                self.get(0).sleep(Duration.ofHours(1)); // A closed lid, or a NameNode that is down.
              }
              if (passed.compareTo(Duration.ofHours(1).plusSeconds(15)) == 0) {
                sign(first.lease().epoch(), 2);
              }
            });
    self.add(time);
    assertThatThrownBy(() -> claim(here.start(), time).requireFree())
        .isInstanceOf(LeaseHeldException.class)
        .hasMessageContaining("sign of life");
  }

  @Test
  void equalHostNamesInContainersProveNothing() throws IOException {
    ProcessTable inside = here.start();
    here.namespace(100, "pid:[4026532000]");
    writer(claim(inside, new PretendedTime()));
    here.kill(100); // Nor does a number that is not there: it is another namespace's.
    PretendedTime time = new PretendedTime();
    writer(claim(here.start(), time));
    assertThat(time.passed()).isEqualTo(TIMEOUT);
  }

  @Test
  void anotherBootProvesNothing() throws IOException {
    writer(claim(elsewhere.start(), new PretendedTime()));
    PretendedTime time = new PretendedTime();
    writer(claim(here.start(), time));
    assertThat(time.passed()).isEqualTo(TIMEOUT);
  }

  @Test
  void processesThatAreHiddenAreNotGone() throws IOException {
    ProcessTable first = here.start();
    writer(claim(first, new PretendedTime()));
    ProcessTable second = here.start();
    here.hide(1);
    here.hide(100);
    PretendedTime time = new PretendedTime();
    writer(claim(second, time));
    assertThat(time.passed()).isEqualTo(TIMEOUT);
  }

  @Test
  void anUnreadableHolderIsWatched() throws IOException {
    Path leases = Files.createDirectories(run.checkpoints().resolve(".leases"));
    Files.writeString(leases.resolve("epoch-00000003.json"), "{\"host\": \"half");
    PretendedTime time = new PretendedTime();
    assertThat(writer(claim(here.start(), time)).lease().epoch()).isEqualTo(4);
    assertThat(time.passed()).isEqualTo(TIMEOUT);
    assertThat(notes.get(0)).contains("an unknown process");
  }

  @Test
  void ofManyThatClaimAtOnceOneWins() throws Exception {
    writer(claim(here.start(), new PretendedTime()));
    here.kill(100);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<WriterLease>> claims = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        WriterClaim claim = claim(here.start(), new PretendedTime());
        claims.add(() -> writer(claim).lease());
      }
      List<WriterLease> holding = new ArrayList<>();
      for (Future<WriterLease> future : threads.invokeAll(claims)) {
        try {
          // In pretended time one whose file was seen half written can be overtaken at once.
          WriterLease lease = future.get();
          lease.check();
          holding.add(lease);
        } catch (LeaseLostException e) {
          assertThat(e).hasMessageContaining("overtakes");
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(LeaseHeldException.class);
        }
      }
      assertThat(holding).hasSize(1);
      assertThat(holding.get(0).epoch()).isGreaterThan(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aLivingHolderGivesSigns() throws Exception {
    LeaseTerms terms = new LeaseTerms(Duration.ofMillis(50), notes::add);
    WriterClaim claim = run.store().claim(terms, here.start(), Clock.systemUTC(), Stopwatch.SYSTEM);
    try (CheckpointWriter writer = run.store().writer(claim, Retention.last(1))) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (files().stream().noneMatch(name -> name.matches("sign-00000001-0000000[3-9]"))) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        LockSupport.parkNanos(1_000_000);
      }
      assertThat(files().stream().filter(name -> name.startsWith("sign-")).count()).isLessThan(3);
      // And finds out that it was overtaken without being asked.
      Files.writeString(
          run.checkpoints().resolve(".leases").resolve("epoch-00000009.json"), "another");
      while (!isOvertaken(writer)) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private static boolean isOvertaken(CheckpointWriter writer) throws IOException {
    try {
      writer.lease().checkIfOvertaken();
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

  private void sign(long epoch, long number) throws IOException {
    Path leases = run.checkpoints().resolve(".leases");
    Files.createFile(leases.resolve("sign-%08d-%08d".formatted(epoch, number)));
    Files.delete(leases.resolve("sign-%08d-%08d".formatted(epoch, number - 1)));
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
