package io.centroid.cli.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Progress of a task that is counted, such as files or examples: a progress bar on a terminal, else
 * a line at most every ten seconds. Thread-safe.
 */
public final class TaskProgress implements AutoCloseable {
  static final long LINE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final Terminal terminal;
  private final String task;
  private final String unit;
  private final long total;
  private final TimeLeft timeLeft;
  private final Terminal.@Nullable Bar bar;
  private long lastLineNanos = System.nanoTime();
  private volatile long done;

  /**
   * Starts a task.
   *
   * @param task what is done, such as {@code comparing}
   * @param unit what is counted, such as {@code examples}
   */
  public TaskProgress(Terminal terminal, String task, String unit, long total) {
    this.terminal = terminal;
    this.task = task;
    this.unit = unit;
    this.total = total;
    this.timeLeft = new TimeLeft(total, 0, System.nanoTime());
    this.bar =
        terminal.bar(task, total, 0, () -> List.of(counted(), timeLeft.text(System.nanoTime())));
  }

  /** Reports how many are done. */
  public synchronized void stepTo(long now) {
    done = now;
    long nanos = System.nanoTime();
    timeLeft.advance(now, nanos);
    if (bar != null) {
      bar.stepTo(now);
    } else if (terminal.hasLines() && (now == total || nanos - lastLineNanos > LINE_EVERY_NANOS)) {
      lastLineNanos = nanos;
      String left = now == total ? "" : timeLeft.text(nanos);
      terminal.note(task + ": " + counted() + (left.isEmpty() ? "" : ", " + left));
    }
  }

  private String counted() {
    return String.format(Locale.ROOT, "%,d of %,d %s", done, total, unit);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
