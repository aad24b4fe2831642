package io.centroid.io.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of writers that create one file on an object store, exactly one succeeds. */
final class SingleCreationTest {
  @TempDir private Path folder;

  @AfterEach
  void reset() {
    ObjectStore.before(() -> {});
  }

  /** A second writer runs as a whole before the first one's n-th operation, for every n. */
  @Test
  void oneOfTwoWritersSucceedsWhateverTheInterleaving() throws IOException {
    int first = 0;
    int operations = Integer.MAX_VALUE;
    for (int at = 0; at < operations; at++) {
      String name = "record-" + at;
      int[] count = {0};
      int start = at;
      boolean[] second = new boolean[1];
      ObjectStore.before(
          () -> {
            if (count[0]++ == start) {
              second[0] = put(name, "second");
            }
          });
      boolean wins = put(name, "first");
      operations = Math.min(operations, count[0]);
      ObjectStore.before(() -> {});
      boolean secondRan = start < count[0];
      assertThat(wins != second[0] || !secondRan).as("interleaved at %s", at).isTrue();
      assertThat(folder.resolve(name)).hasContent(wins ? "first" : "second");
      first += wins ? 1 : 0;
      assertThat(put(name, "third")).isFalse();
    }
    assertThat(first).isPositive();
    assertThat(operations).isGreaterThan(8);
  }

  /** A writer that dies at any operation keeps nobody from creating the file. */
  @Test
  void aWriterThatDiesBlocksNobody() throws IOException {
    for (int at = 0; at < 12; at++) {
      String name = "record-" + at;
      int[] count = {0};
      int end = at;
      ObjectStore.before(
          () -> {
            if (count[0]++ == end) {
              throw new UncheckedIOException(new IOException("killed"));
            }
          });
      try {
        put(name, "dead");
      } catch (UncheckedIOException e) {
        assertThat(e).hasMessageContaining("killed");
      }
      ObjectStore.before(() -> {});
      boolean wins = put(name, "living");
      assertThat(folder.resolve(name)).hasContent(wins ? "living" : "dead");
      assertThat(put(name, "third")).isFalse();
    }
  }

  @Test
  void oneOfManyWritersSucceeds() throws Exception {
    int writers = 6;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      for (int round = 0; round < 10; round++) {
        String name = "record-" + round;
        CyclicBarrier start = new CyclicBarrier(writers);
        List<Future<Boolean>> running = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          String content = "writer " + writer;
          running.add(
              threads.submit(
                  () -> {
                    start.await(30, TimeUnit.SECONDS);
                    return put(name, content);
                  }));
        }
        int winner = -1;
        for (int writer = 0; writer < writers; writer++) {
          if (running.get(writer).get(60, TimeUnit.SECONDS)) {
            assertThat(winner).isEqualTo(-1);
            winner = writer;
          }
        }
        assertThat(folder.resolve(name)).hasContent("writer " + winner);
      }
    } finally {
      threads.shutdownNow();
    }
    try (var left = Files.list(folder)) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("record")))
          .hasSize(10);
    }
  }

  private boolean put(String name, String content) {
    try {
      var file = ObjectStore.path(folder.resolve(name));
      Storage storage = Storage.of(file, ObjectStore.configuration(), CommitProtocol.MANIFEST_LAST);
      return AtomicFile.putIfAbsent(
          storage, file, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
