package io.centroid.cli.report;

import io.centroid.export.ExportListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Prints the progress of an export to standard error: a progress bar on a terminal, lines
 * elsewhere.
 */
public final class ExportProgress implements ExportListener, AutoCloseable {
  private static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final PrintWriter err;
  private final boolean terminal;
  private long lastLineNanos = System.nanoTime();
  private @Nullable ProgressBar bar;

  public ExportProgress(PrintWriter err) {
    this.err = err;
    this.terminal = Terminal.isThere();
  }

  @Override
  public void onNote(String note) {
    close();
    err.println(note);
    err.flush();
  }

  @Override
  public void onCompared(int done, int examples) {
    if (terminal) {
      ProgressBar shown = bar;
      if (shown == null) {
        shown = Terminal.bar("comparing", examples).build();
        bar = shown;
      }
      shown.stepTo(done);
    } else if (System.nanoTime() - lastLineNanos > LINE_EVERY_NANOS) {
      lastLineNanos = System.nanoTime();
      err.printf(Locale.ROOT, "compared %,d of %,d%n", done, examples);
      err.flush();
    }
  }

  @Override
  public void close() {
    ProgressBar shown = bar;
    bar = null;
    if (shown != null) {
      shown.close();
    }
  }
}
