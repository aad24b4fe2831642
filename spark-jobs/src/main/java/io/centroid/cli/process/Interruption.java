package io.centroid.cli.process;

import io.centroid.error.EndSignal;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * The end of a command by a signal. The first {@link EndSignal} ends the JVM in order: Spark stops,
 * leases are released, temporary files are deleted; the last line says how to resume.
 */
public final class Interruption {
  /** Runs after all others: file systems close at priority 10. */
  private static final int LAST = 1;

  private volatile boolean underway;
  private volatile Supplier<Optional<String>> explanation = Optional::empty;

  /** Whether a signal is ending the process, so that failures are its consequences. */
  public boolean isUnderway() {
    return underway;
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
   * Handles the signals.
   *
   * @param exit ends the JVM with an exit code in order
   */
  public void install(PrintWriter err, IntConsumer exit) {
    EndSignal.handle(
        signal -> {
          underway = true;
          // Scala prints the stack traces of what Spark's stop rejects; err is another object.
          System.setErr(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
          announce(err, signal);
          exit.accept(signal.exitCode());
        });
  }

  /** Prints the explanation when everything else has ended. */
  private void announce(PrintWriter err, EndSignal signal) {
    Runnable print =
        () ->
            explanation
                .get()
                .ifPresent(
                    line -> {
                      err.println("centroid: stopped by " + signal.name() + line);
                      err.flush();
                    });
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().addShutdownHook(print, LAST, 1, TimeUnit.SECONDS);
    }
  }
}
