package io.centroid.tensorboard;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A daemon thread that runs tasks in order. */
final class ReporterThread implements Closeable {
  private final ExecutorService executor;
  private @Nullable Future<?> last;

  /** A task; after a failed one no other is run. */
  interface Task {
    void run() throws IOException;
  }

  ReporterThread(String name) {
    this.executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Adds a task. */
  void add(Task task) {
    Future<?> before = last;
    last =
        executor.submit(
            () -> {
              if (before != null) {
                before.get();
              }
              task.run();
              return null;
            });
  }

  /**
   * Waits for all tasks.
   *
   * @throws IOException if one of them failed
   */
  void await() throws IOException {
    if (last == null) {
      return;
    }
    try {
      last.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /** The exception of the task that failed first. */
  private static IOException failure(ExecutionException e) {
    Throwable cause = e;
    while (cause instanceof ExecutionException outer && outer.getCause() != null) {
      cause = outer.getCause();
    }
    return cause instanceof IOException io ? io : new IOException(cause.toString(), cause);
  }

  /** Does not wait. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
