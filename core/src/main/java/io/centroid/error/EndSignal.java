package io.centroid.error;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.hadoop.service.launcher.IrqHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A signal that ends the process.
 *
 * @param name {@code SIGINT}, {@code SIGTERM} or {@code SIGHUP}
 * @param exitCode exit code of a process that it ends
 */
public record EndSignal(String name, int exitCode) {
  private static final int SIGNALED = 128;
  private static final Logger log = LoggerFactory.getLogger(EndSignal.class);

  /**
   * Handles the signals from now on, except those that the process was started to ignore. A second
   * SIGINT ends the JVM at once.
   *
   * @param first receives the first signal, on a thread of its own
   */
  public static void handle(Consumer<EndSignal> first) {
    AtomicBoolean ending = new AtomicBoolean();
    IrqHandler.Interrupted handler =
        data -> {
          EndSignal signal = new EndSignal("SIG" + data.getName(), SIGNALED + data.getNumber());
          if (ending.compareAndSet(false, true)) {
            first.accept(signal);
          } else if (data.getName().equals("INT")) {
            Runtime.getRuntime().halt(signal.exitCode);
          }
        };
    try {
      for (String name : List.of("INT", "TERM", "HUP")) {
        new IrqHandler(name, handler).bind();
      }
    } catch (IllegalArgumentException e) {
      // The JVM was started with -Xrs: signals are the user's.
      log.debug("signals are not handled", e);
    }
  }
}
