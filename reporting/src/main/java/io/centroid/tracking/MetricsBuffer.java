package io.centroid.tracking;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The rows that the training hands over and the sender has not taken yet. It is bounded: when it is
 * full, every second round of the older half is dropped; evaluations stay. Thread-safe; no method
 * but {@link #await} waits.
 */
final class MetricsBuffer {
  private final int most;
  private Deque<Row> rows = new ArrayDeque<>();
  private int points;
  private boolean isThinned;
  private boolean isEnded;

  /**
   * @param most maximum number of metric values
   */
  MetricsBuffer(int most) {
    this.most = most;
  }

  /**
   * Adds a row. A rollback drops the rows that it undoes.
   *
   * @return true if rows were dropped for lack of space for the first time
   */
  synchronized boolean add(Row row) {
    if (row instanceof Row.RolledBack) {
      rows.removeIf(
          other ->
              other instanceof Row.Measured && other.position().step() > row.position().step());
      count();
    }
    rows.add(row);
    points += row.points();
    if (points <= most) {
      return false;
    }
    thin();
    boolean isFirst = !isThinned;
    isThinned = true;
    return isFirst;
  }

  private void thin() {
    Deque<Row> kept = new ArrayDeque<>(rows.size());
    int half = rows.size() / 2;
    int index = 0;
    int rounds = 0;
    for (Row row : rows) {
      boolean isRound = row.points() > 0 && row.position().kind() == Position.Kind.ROUND;
      if (index++ >= half || !isRound || rounds++ % 2 == 1) {
        kept.add(row);
      }
    }
    rows = kept;
    count();
    // Evaluations alone may fill it: then the oldest rows go.
    while (points > most) {
      points -= rows.remove().points();
    }
  }

  private void count() {
    points = rows.stream().mapToInt(Row::points).sum();
  }

  /** Removes the oldest rows, of at most this many metric values together but at least one row. */
  synchronized List<Row> take(int mostPoints) {
    List<Row> taken = new ArrayList<>();
    int size = 0;
    while (!rows.isEmpty() && (taken.isEmpty() || size + rows.element().points() <= mostPoints)) {
      Row row = rows.remove();
      size += row.points();
      points -= row.points();
      taken.add(row);
    }
    return taken;
  }

  /** Number of metric values. */
  synchronized int points() {
    return points;
  }

  /** Says that no more rows follow. */
  synchronized void end() {
    isEnded = true;
    notifyAll();
  }

  /**
   * Waits for the end.
   *
   * @return whether no more rows follow
   */
  synchronized boolean await(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    for (long left = limit.toMillis(); !isEnded && left > 0; ) {
      wait(left);
      left = (deadline - System.nanoTime()) / 1_000_000;
    }
    return isEnded;
  }
}
