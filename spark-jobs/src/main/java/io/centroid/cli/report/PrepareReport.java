package io.centroid.cli.report;

import io.centroid.spark.text.CorpusProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Prints the progress of {@code prepare} to standard error: a progress bar on a terminal, lines
 * elsewhere. Thread-safe.
 */
public final class PrepareReport implements CorpusProgress, AutoCloseable {
  private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final PrintWriter err;
  private final boolean terminal;
  private @Nullable ProgressBar bar;
  private String pass = "";
  private int tasks;
  private int done;
  private long lastLineNanos;

  public PrepareReport(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  @Override
  public synchronized void onNote(String note) {
    err.println(note);
    err.flush();
  }

  @Override
  public synchronized void onPass(String what, int passTasks) {
    close();
    pass = what;
    tasks = passTasks;
    done = 0;
    lastLineNanos = System.nanoTime();
    if (terminal) {
      bar = Terminal.bar(what, passTasks).build();
    }
  }

  @Override
  public synchronized void onTask() {
    done++;
    if (bar != null) {
      bar.stepTo(done);
    } else if (done == tasks || System.nanoTime() - lastLineNanos > LINE_EVERY_NANOS) {
      lastLineNanos = System.nanoTime();
      err.printf(Locale.ROOT, "%s: %,d of %,d tasks%n", pass, done, tasks);
      err.flush();
    }
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
