package io.centroid.cli.process;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.hadoop.service.launcher.IrqHandler;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a command by a signal. The first SIGINT, SIGTERM or SIGHUP ends the JVM in order:
 * Spark stops, leases are released, temporary files are deleted; the last line says how to resume.
 * A second SIGINT ends it at once.
 */
public final class Interruption {
  private static final Logger LOG = LoggerFactory.getLogger(Interruption.class);

  /** Runs after all others: file systems close at priority 10. */
  private static final int LAST = 1;

  private static final int SIGNALED = 128;

  private final AtomicReference<IrqHandler.InterruptData> first = new AtomicReference<>();
  private volatile Supplier<Optional<String>> explanation = Optional::empty;

  /** Whether a signal is ending the process, so that failures are its consequences. */
  public boolean isUnderway() {
    return first.get() != null;
  }

  /**
   * Explains the stop of this command.
   *
   * @param line what is left and how to resume; called once, at the end; also ends all other output
   */
  public void explain(Supplier<Optional<String>> line) {
    explanation = line;
  }

  /**
   * Handles the signals, except those that the process was started to ignore.
   *
   * @param exit ends the JVM with an exit code in order
   * @param halt ends the JVM with an exit code at once
   */
  public void install(PrintWriter err, IntConsumer exit, IntConsumer halt) {
    IrqHandler.Interrupted handler =
        signal -> {
          if (first.compareAndSet(null, signal)) {
            // Scala prints the stack traces of what Spark's stop rejects; err is another object.
            System.setErr(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            announce(err, signal);
            exit.accept(SIGNALED + signal.getNumber());
          } else if (signal.getName().equals("INT")) {
            halt.accept(SIGNALED + signal.getNumber());
          }
        };
    try {
      for (String name : List.of("INT", "TERM", "HUP")) {
        new IrqHandler(name, handler).bind();
      }
    } catch (IllegalArgumentException e) {
      // The JVM was started with -Xrs: signals are the user's.
      LOG.debug("signals are not handled", e);
    }
  }

  /** Prints the explanation when everything else has ended. */
  private void announce(PrintWriter err, IrqHandler.InterruptData signal) {
    Runnable print =
        () ->
            explanation
                .get()
                .ifPresent(
                    line -> {
                      err.println("centroid: stopped by SIG" + signal.getName() + line);
                      err.flush();
                    });
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().addShutdownHook(print, LAST, 1, TimeUnit.SECONDS);
    }
  }
}
