package io.centroid.memory;

import java.io.Serializable;

/**
 * The most memory that a process held, in bytes. What was not measured is 0.
 *
 * @param heap objects, garbage that nobody has collected included
 * @param tracked native vectors and buffers
 * @param resident the whole process
 */
public record PeakMemory(long heap, long tracked, long resident) implements Serializable {
  /** Where nothing was measured. */
  public static final PeakMemory UNKNOWN = new PeakMemory(0, 0, 0);

  /** The larger of each. */
  public PeakMemory or(PeakMemory other) {
    return new PeakMemory(
        Math.max(heap, other.heap),
        Math.max(tracked, other.tracked),
        Math.max(resident, other.resident));
  }
}
