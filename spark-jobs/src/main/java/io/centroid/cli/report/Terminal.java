package io.centroid.cli.report;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Standard error, as the commands write to it: remarks, and progress as a line that is redrawn in
 * place, as lines, or not at all. Thread-safe.
 */
public final class Terminal {

  /** How progress is shown. */
  public enum Progress {
    /** A progress bar on a terminal, else lines. */
    AUTO,
    /** Lines. */
    PLAIN,
    /** Not at all. */
    NONE;

    /** The spelling of the option. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A progress bar. */
  record Bar(ProgressBar bar, LiveLine line) implements AutoCloseable {

    void stepTo(long done) {
      bar.stepTo(done);
    }

    /** The library does not close the line of a bar that it has not drawn yet. */
    @Override
    public void close() {
      bar.close();
      line.close();
    }
  }

  private static final int REDRAWN_EVERY_MILLIS = 200;

  private final PrintWriter err;
  private final Progress progress;
  private final boolean quiet;
  private final @Nullable Tty tty;
  private @Nullable LiveLine line;

  /** As below, with the terminal of this process, if there is one. */
  public Terminal(PrintWriter err, Progress progress, boolean quiet) {
    this(
        err,
        progress,
        quiet,
        progress == Progress.AUTO && !quiet ? Tty.at(Tty.ERROR) : Optional.empty());
  }

  /**
   * Creates a terminal.
   *
   * @param quiet true prints neither remarks nor progress
   * @param tty terminal for a progress bar; empty if there is none
   */
  Terminal(PrintWriter err, Progress progress, boolean quiet, Optional<Tty> tty) {
    this.err = err;
    this.progress = quiet ? Progress.NONE : progress;
    this.quiet = quiet;
    this.tty = this.progress == Progress.AUTO ? tty.orElse(null) : null;
  }

  /** Whether progress is printed as lines. */
  boolean hasLines() {
    return progress != Progress.NONE && tty == null;
  }

  /** The terminal at standard output, if what was printed may be redrawn. */
  public Optional<Tty> output() {
    return progress == Progress.AUTO ? Tty.at(Tty.OUTPUT) : Optional.empty();
  }

  /** Prints a remark in a line of its own. */
  public synchronized void note(String text) {
    if (quiet) {
      return;
    }
    if (line != null) {
      line.printAbove(text);
    } else {
      err.println(text);
      err.flush();
    }
  }

  /**
   * Starts a progress bar. The library's own look-up of the terminal is not used: it takes SIGINT
   * away from the JVM, which then ends without its shutdown hooks.
   *
   * @param done part that was done before
   * @param details what is shown next to the bar, see {@link BarRenderer}
   * @return the bar, which the caller closes; null if there is no terminal for it
   */
  synchronized @Nullable Bar bar(
      String task, long total, long done, Supplier<List<String>> details) {
    if (tty == null) {
      return null;
    }
    LiveLine shown = new LiveLine(err, tty, this::onClosed);
    line = shown;
    return new Bar(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .startsFrom(done, Duration.ZERO)
            .setUpdateIntervalMillis(REDRAWN_EVERY_MILLIS)
            .continuousUpdate()
            .setRenderer(new BarRenderer(details, tty.unicode()))
            .setConsumer(shown)
            .build(),
        shown);
  }

  private synchronized void onClosed() {
    line = null;
  }
}
