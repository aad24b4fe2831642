package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.lease.LeaseLostException;
import io.centroid.io.storage.CommitProtocol;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AsyncSaverTest {
  @TempDir Path folder;

  @Test
  void savesInOrderOneAtATime() throws IOException {
    List<Integer> done = new ArrayList<>();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (AsyncSaver saver = new AsyncSaver()) {
      for (int i = 0; i < 100; i++) {
        int number = i;
        saver.submit(
            () -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              done.add(number);
              running.decrementAndGet();
            });
      }
      saver.await();
    }
    assertThat(done).isEqualTo(IntStream.range(0, 100).boxed().toList());
    assertThat(most).hasValue(1);
  }

  @Test
  void savesOnADaemonThread() throws Exception {
    CountDownLatch caller = new CountDownLatch(1);
    List<Boolean> daemon = new ArrayList<>();
    try (AsyncSaver saver = new AsyncSaver()) {
      saver.submit(
          () -> {
            awaitQuietly(caller);
            daemon.add(Thread.currentThread().isDaemon());
          });
      caller.countDown();
      saver.await();
      assertThat(daemon).containsExactly(true);
    }
  }

  @Test
  void rethrowsAFailureOnce() throws IOException {
    IOException full = new IOException("disk full");
    LeaseLostException lost = new LeaseLostException("fencing token 2 is above 1");
    List<String> done = new ArrayList<>();
    try (AsyncSaver saver = new AsyncSaver()) {
      saver.submit(() -> raise(full));
      assertThatThrownBy(() -> saver.submit(() -> done.add("never"))).isSameAs(full);
      saver.submit(
          () -> {
            throw lost;
          });
      assertThatThrownBy(saver::await).isSameAs(lost);
      saver.await();
      saver.submit(() -> done.add("later"));
    }
    assertThat(done).containsExactly("later");
  }

  @Test
  void rethrowsAFailureOnClose() throws IOException {
    IOException full = new IOException("disk full");
    AsyncSaver saver = new AsyncSaver();
    saver.submit(() -> raise(full));
    assertThatThrownBy(saver::close).isSameAs(full);
    saver.close();
  }

  @Test
  void anInterruptEndsTheWait() throws IOException {
    CountDownLatch release = new CountDownLatch(1);
    List<String> done = new ArrayList<>();
    try (AsyncSaver saver = new AsyncSaver()) {
      saver.submit(
          () -> {
            awaitQuietly(release);
            done.add("saved");
          });
      Thread.currentThread().interrupt();
      assertThatThrownBy(saver::await).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
      release.countDown();
      saver.await();
    }
    assertThat(done).containsExactly("saved");
  }

  @Test
  void commitsCheckpointsInTheBackground() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    CheckpointWriter writer = run.writer(Retention.last(2));
    try (AsyncSaver saver = new AsyncSaver()) {
      for (long step = 1; step <= 5; step++) {
        long saved = step;
        saver.submit(() -> RunFolder.save(writer, saved, (float) saved));
      }
    }
    assertThat(run.steps()).containsExactly(4L, 5L);
  }

  private static void raise(IOException failure) throws IOException {
    throw failure;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
