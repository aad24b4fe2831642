package io.centroid.chaos;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a cluster however this process ends, also by a signal while the daemons are being started:
 * the cluster is locked then, so stopping waits for the start.
 */
final class ClusterGuard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterGuard.class);

  private final Runnable stop;
  private final Thread hook;
  private final Object starting = new Object();
  private boolean stopped;

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
            stopped = true;
            stop.run();
          }
        };
    this.hook = new Thread(this.stop);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts the cluster.
   *
   * @throws IllegalStateException if this process is ending
   */
  <T> T start(Supplier<T> start) {
    synchronized (starting) {
      if (stopped) {
        throw new IllegalStateException("the process is ending");
      }
      return start.get();
    }
  }

  /** Stops the started cluster. */
  @Override
  public void close() {
    stop.run();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the hooks are running", e);
    }
  }
}
