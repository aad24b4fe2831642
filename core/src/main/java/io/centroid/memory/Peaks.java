package io.centroid.memory;

import java.util.Map;
import java.util.TreeMap;

/** A monotonic queue of numbered values that answers the maximum after any number. Thread-safe. */
final class Peaks {
  /** Values that are larger than all later ones. */
  private final TreeMap<Long, Long> falling = new TreeMap<>();

  private long last;

  /** Adds a value under the next number. */
  synchronized void add(long value) {
    add(last + 1, value);
  }

  /**
   * Adds a value.
   *
   * @param number number of the value, larger than earlier ones
   */
  synchronized void add(long number, long value) {
    while (!falling.isEmpty() && falling.lastEntry().getValue() <= value) {
      falling.pollLastEntry();
    }
    falling.put(number, value);
    last = number;
  }

  /** The number of the last value. */
  synchronized long last() {
    return last;
  }

  /** The largest value after a number; 0 if there is none. */
  synchronized long after(long number) {
    Map.Entry<Long, Long> largest = falling.higherEntry(number);
    return largest == null ? 0 : largest.getValue();
  }
}
