package io.centroid.checkpoint;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Saves checkpoints in the background, one at a time and in order. A new save waits for the
 * previous one, so at most one unsaved copy of the parameters exists. The next call rethrows the
 * exception of a failed save, once. Not thread-safe.
 */
public final class AsyncSaver implements AutoCloseable {

  /** Saves a private copy of the state. */
  @FunctionalInterface
  public interface Save {
    void run() throws IOException;
  }

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread saver = new Thread(task, "checkpoint-saver");
            saver.setDaemon(true);
            return saver;
          });
  private @Nullable Future<?> pending;

  /**
   * Waits for the previous save, then starts this one.
   *
   * @throws IOException if the previous save failed; this one is not started then
   */
  public void submit(Save save) throws IOException {
    await();
    pending =
        thread.submit(
            () -> {
              save.run();
              return null;
            });
  }

  /** Whether a save could start at once. */
  public boolean isIdle() {
    Future<?> save = pending;
    return save == null || save.isDone();
  }

  /**
   * Rethrows the exception of a completed save; does not wait for a running one.
   *
   * @throws IOException if the save failed
   */
  public void requireNoFailure() throws IOException {
    Future<?> save = pending;
    if (save != null && save.isDone()) {
      await();
    }
  }

  /**
   * Waits for the running save to complete.
   *
   * @throws IOException if the save failed
   * @throws InterruptedIOException if the waiting thread is interrupted; the save continues
   */
  public void await() throws IOException {
    Future<?> awaited = pending;
    if (awaited == null) {
      return;
    }
    try {
      awaited.get();
      pending = null;
    } catch (ExecutionException e) {
      pending = null;
      throw original(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while a checkpoint was being saved");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  /** Waits for the running save to complete, and stops the thread. */
  @Override
  public void close() throws IOException {
    try {
      await();
    } finally {
      thread.shutdown();
    }
  }

  private static IOException original(ExecutionException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof IOException exception) {
      return exception;
    }
    if (cause instanceof RuntimeException exception) {
      throw exception;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException(failure);
  }
}
