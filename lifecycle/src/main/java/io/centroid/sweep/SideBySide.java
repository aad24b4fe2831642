package io.centroid.sweep;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs work on several threads, and ends all of it if one fails. */
final class SideBySide {
  /** Maximum wait for interrupted work, which releases its leases. */
  private static final long MOST_SECONDS = 60;

  private SideBySide() {}

  /** The work on one element. */
  interface Work<T> {
    void of(T element) throws IOException;
  }

  /**
   * Does the work on each element, started in their order.
   *
   * @param threads number of elements that are worked on at a time
   * @throws IOException as the first work that failed, and so do exceptions without a check
   */
  static <T> void forEach(List<T> elements, int threads, Work<T> work) throws IOException {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "centroid-trial");
              thread.setDaemon(true);
              return thread;
            });
    ExecutorCompletionService<Void> completion = new ExecutorCompletionService<>(pool);
    AtomicBoolean hasFailed = new AtomicBoolean();
    try {
      for (T element : elements) {
        var unused =
            completion.submit(
                () -> {
                  // Its thread takes the next element before the caller learns of a failure.
                  if (hasFailed.get()) {
                    return null;
                  }
                  try {
                    work.of(element);
                    return null;
                  } catch (IOException | RuntimeException | Error e) {
                    hasFailed.set(true);
                    throw e;
                  }
                });
      }
      for (int ended = 0; ended < elements.size(); ended++) {
        completion.take().get();
      }
    } catch (ExecutionException e) {
      throw rethrown(Objects.requireNonNull(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while trials ran", e);
    } finally {
      stop(pool);
    }
  }

  private static IOException rethrown(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException io ? io : new IOException(cause);
  }

  private static void stop(ExecutorService pool) {
    pool.shutdownNow();
    try {
      var unused = pool.awaitTermination(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
