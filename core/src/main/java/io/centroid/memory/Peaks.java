package io.centroid.memory;

import java.util.Map;
import java.util.TreeMap;

/** The largest of numbered values after any of their numbers. Thread-safe. */
final class Peaks {
  /** Those that no later one reaches. */
  private final TreeMap<Long, Long> falling = new TreeMap<>();

  private long last;

  /** Adds a value under the next number. */
  synchronized void add(long value) {
    add(last + 1, value);
  }

  /**
   * Adds a value.
   *
   * @param number larger than those before
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

  /** The largest value after that number; 0 if there is none. */
  synchronized long after(long number) {
    Map.Entry<Long, Long> largest = falling.higherEntry(number);
    return largest == null ? 0 : largest.getValue();
  }
}
