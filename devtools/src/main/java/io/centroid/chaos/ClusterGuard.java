package io.centroid.chaos;

import java.util.function.Supplier;

/**
 * Stops a cluster however this process ends, also by a signal while the daemons are being started:
 * the cluster is locked then, so stopping waits for the start.
 */
final class ClusterGuard implements AutoCloseable {
  private final Runnable stop;
  private final Thread hook;
  private final Object starting = new Object();

  /**
   * Guards a cluster that is not started yet.
   *
   * @param kill ends the processes that use the cluster
   * @param stop stops the cluster
   */
  ClusterGuard(Runnable kill, Runnable stop) {
    this.stop =
        () -> {
          kill.run();
          synchronized (starting) {
            stop.run();
          }
        };
    this.hook = new Thread(this.stop);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts the cluster. */
  <T> T start(Supplier<T> start) {
    synchronized (starting) {
      return start.get();
    }
  }

  /** Stops the started cluster. */
  @Override
  public void close() {
    stop.run();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
