package io.centroid.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.error.InputException;
import io.centroid.io.storage.CommitProtocol;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Concurrent writers: no write is lost, and no aliased version is removed. */
final class RegistryRaceTest {
  @TempDir Path folder;

  static Stream<Function<Path, TestModels>> stores() {
    return Stream.of(
        folder -> new TestModels(folder, CommitProtocol.RENAME),
        folder -> new TestModels(folder, CommitProtocol.MANIFEST_LAST),
        TestModels::onObjectStore);
  }

  @ParameterizedTest
  @MethodSource("stores")
  void concurrentThreadsGetUniqueNumbers(Function<Path, TestModels> store) throws Exception {
    TestModels models = store.apply(folder);
    List<Callable<Integer>> writers = new ArrayList<>();
    VersionDraft first = models.draft("key-0", 1);
    for (int i = 0; i < 8; i++) {
      VersionDraft draft = TestModels.again(first, "key-" + i);
      writers.add(() -> models.registry().register(draft).number());
    }
    assertThat(atOnce(writers)).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(models.registry().versions())
        .extracting(version -> version.record().key())
        .containsExactlyInAnyOrder(
            "key-0", "key-1", "key-2", "key-3", "key-4", "key-5", "key-6", "key-7")
        .hasSize(8);
    for (StoredVersion version : models.registry().versions()) {
      assertThat(version.verify()).isEmpty();
    }
  }

  /** On S3A before Hadoop 3.4 two writers can both put the same record. */
  @ParameterizedTest
  @MethodSource("stores")
  void onlyOneOfConcurrentMovesSucceeds(Function<Path, TestModels> store) throws Exception {
    TestModels models = store.apply(folder);
    for (int i = 1; i <= 2; i++) {
      models.registry().register(models.draft("key-" + i, i));
    }
    for (int round = 0; round < 20; round++) {
      long since = models.registry().aliases().current("champion").map(at -> at.since()).orElse(0L);
      int there = models.registry().aliases().current("champion").map(at -> at.version()).orElse(2);
      List<Callable<Boolean>> movers = new ArrayList<>();
      for (int mover = 0; mover < 4; mover++) {
        String reason = "mover " + mover;
        movers.add(
            () -> {
              try {
                models.registry().aliases().move("champion", 3 - there, since, reason);
                return true;
              } catch (AliasConflictException e) {
                return false;
              }
            });
      }
      assertThat(atOnce(movers)).contains(true);
      assertThat(models.registry().aliases().history()).hasSize(round + 1);
    }
  }

  /** Every registration of one key gives the same version. */
  @ParameterizedTest
  @MethodSource("stores")
  void aKeyIsRegisteredOnce(Function<Path, TestModels> store) throws Exception {
    TestModels models = store.apply(folder);
    VersionDraft draft = models.draft("key", 1);
    for (int round = 0; round < 4; round++) {
      VersionDraft same = TestModels.again(draft, "key-" + round);
      List<Callable<Integer>> writers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        writers.add(() -> models.registry().register(same).number());
      }
      List<Integer> numbers = atOnce(writers);
      assertThat(Set.copyOf(numbers)).as("round %s", round).hasSize(1);
      assertThat(models.registry().versions()).hasSize(round + 1);
      assertThat(models.registry().version(numbers.get(0)).verify()).isEmpty();
    }
    // A key whose version was removed can be registered again.
    models.registry().retain(1);
    StoredVersion again = models.registry().register(TestModels.again(draft, "key-0"));
    assertThat(models.registry().register(TestModels.again(draft, "key-0")).number())
        .isEqualTo(again.number());
    assertThat(models.registry().versions()).hasSize(2);
  }

  /** Listing versions does not fail when one of them is removed meanwhile. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void versionsAreListedWhileOthersAreRemoved(boolean objects) throws Exception {
    TestModels models =
        objects ? TestModels.onObjectStore(folder) : new TestModels(folder, CommitProtocol.RENAME);
    VersionDraft draft = models.draft("key", 1);
    AtomicBoolean done = new AtomicBoolean();
    List<Callable<Integer>> both = new ArrayList<>();
    both.add(
        () -> {
          for (int i = 0; i < 20; i++) {
            models.registry().register(TestModels.again(draft, "key-" + i));
            models.registry().retain(1);
          }
          done.set(true);
          return 0;
        });
    both.add(
        () -> {
          int listings = 0;
          for (; !done.get(); listings++) {
            models.registry().versions();
          }
          return listings;
        });
    assertThat(atOnce(both).get(1)).isPositive();
  }

  /**
   * One thread moves the alias to the second newest version while another one removes all but the
   * newest. The version that the alias points to must exist after every step.
   */
  @ParameterizedTest
  @EnumSource(CommitProtocol.class)
  void retentionKeepsTargetOfConcurrentMove(CommitProtocol protocol) throws Exception {
    TestModels models = new TestModels(folder, protocol);
    int rejected = 0;
    int moved = 0;
    VersionDraft draft = models.draft("key", 1);
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 2; i++) {
        models.registry().register(TestModels.again(draft, "key-" + round + "-" + i));
      }
      List<StoredVersion> versions = models.registry().versions();
      int target = versions.get(versions.size() - 2).number();
      List<Callable<Boolean>> both = new ArrayList<>();
      both.add(
          () -> {
            try {
              models.registry().aliases().move("champion", target, "promoted");
              return true;
            } catch (InputException e) {
              assertThat(e).hasMessageContaining("has no version " + target);
              return false;
            }
          });
      both.add(
          () -> {
            models.registry().retain(1);
            return true;
          });
      boolean done = atOnce(both).get(0);
      moved += done ? 1 : 0;
      rejected += done ? 0 : 1;
      int champion =
          models.registry().aliases().current("champion").map(at -> at.version()).orElse(0);
      if (done) {
        assertThat(champion).isEqualTo(target);
      }
      if (champion > 0) {
        assertThat(models.registry().version(champion).verify()).isEmpty();
      }
    }
    assertThat(moved + rejected).isEqualTo(10);
  }

  @Test
  void concurrentProcessesLoseNoWrite() throws Exception {
    TestModels models = new TestModels(folder, CommitProtocol.RENAME);
    int processes = 2;
    int each = 3;
    List<Process> writers = new ArrayList<>();
    try {
      for (int i = 0; i < processes; i++) {
        writers.add(
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    RegistryWriter.class.getName(),
                    folder.toString(),
                    "writer-" + i,
                    Integer.toString(each))
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "writer-" + i + ".log"))
                .start());
      }
      for (Process writer : writers) {
        assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(writer.exitValue()).as("see the logs in " + folder).isZero();
      }
    } finally {
      writers.forEach(Process::destroyForcibly);
    }
    Set<String> keys = new HashSet<>();
    for (StoredVersion version : models.registry().versions()) {
      assertThat(version.verify()).isEmpty();
      keys.add(version.record().key());
    }
    assertThat(keys).hasSize(processes * each);
    List<AliasRecord> history = models.registry().aliases().history();
    assertThat(history).hasSize(processes * each);
    assertThat(history).extracting(AliasRecord::number).isSorted().doesNotHaveDuplicates();
    TreeMap<String, Integer> moves = new TreeMap<>();
    history.forEach(record -> moves.merge(record.change().alias(), 1, Integer::sum));
    assertThat(moves).hasSize(processes).containsValue(each);
  }

  /** Runs all actions concurrently and returns their results in order. */
  private static <T> List<T> atOnce(List<Callable<T>> actions) throws Exception {
    CyclicBarrier start = new CyclicBarrier(actions.size());
    ExecutorService threads = Executors.newFixedThreadPool(actions.size());
    try {
      List<Future<T>> running = new ArrayList<>();
      for (Callable<T> action : actions) {
        running.add(
            threads.submit(
                () -> {
                  start.await(30, TimeUnit.SECONDS);
                  return action.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : running) {
        results.add(result.get(60, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  /** A process that registers versions and moves its own alias to each. */
  static final class RegistryWriter {
    private RegistryWriter() {}

    public static void main(String[] args) throws IOException {
      Path folder = Path.of(args[0]);
      TestModels models = new TestModels(folder, CommitProtocol.RENAME);
      VersionDraft draft = models.draft(args[1], 1);
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        String key = args[1] + "-" + i;
        int version = models.registry().register(TestModels.again(draft, key)).number();
        models.registry().aliases().move(args[1], version, key);
      }
    }
  }
}
