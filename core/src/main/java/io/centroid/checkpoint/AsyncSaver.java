package io.centroid.checkpoint;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Saves beside the training, one save at a time and in order. A new save waits for the one before,
 * so there is never more than one unsaved copy of the parameters beside the live ones. A failed
 * save surfaces once, as the exception that it threw, at the next call after it. For use by one
 * thread.
 */
public final class AsyncSaver implements AutoCloseable {

  /** Saves a copy of the state that no one else changes. */
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
   * Waits for the save before, then starts this one.
   *
   * @throws IOException what the save before threw; this one is not started then
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
   * Surfaces the failure of a save that has ended, without waiting for one that has not.
   *
   * @throws IOException what the save threw
   */
  public void requireNoFailure() throws IOException {
    Future<?> save = pending;
    if (save != null && save.isDone()) {
      await();
    }
  }

  /**
   * Waits until nothing is left to save.
   *
   * @throws IOException what the save threw
   * @throws InterruptedIOException if the waiting thread is interrupted; the save goes on
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

  /** Waits until nothing is left to save, and ends the thread. */
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
