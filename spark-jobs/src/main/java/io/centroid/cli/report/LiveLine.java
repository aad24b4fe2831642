package io.centroid.cli.report;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBarConsumer;

/** A line of a terminal that is redrawn in place, below what is printed meanwhile. Thread-safe. */
final class LiveLine implements ProgressBarConsumer {
  private static final String TO_START = "\r";
  private static final String ERASE_REST = "\u001b[K";

  private final PrintWriter err;
  private final Tty tty;
  private final Runnable closed;
  private String shown = "";
  private boolean isClosed;

  LiveLine(PrintWriter err, Tty tty, Runnable closed) {
    this.err = err;
    this.tty = tty;
    this.closed = closed;
  }

  /** One column less than the terminal has, so that the cursor stays in the line. */
  @Override
  public int getMaxRenderedLength() {
    return Math.max(1, tty.size().columns() - 1);
  }

  @Override
  public synchronized void accept(String line) {
    if (isClosed) {
      return;
    }
    shown = line;
    err.print(TO_START + line + ERASE_REST);
    err.flush();
  }

  /** Prints a line that stays; below the last state of a line that was closed meanwhile. */
  synchronized void printAbove(String text) {
    if (isClosed) {
      err.println(text);
      err.flush();
      return;
    }
    err.println(TO_START + ERASE_REST + text);
    err.print(shown);
    err.flush();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      err.println();
      err.flush();
    }
    closed.run();
  }
}
