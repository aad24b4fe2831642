package io.centroid.bench;

/**
 * The most memory that a process held during a turn.
 *
 * @param heap sum of the heap pools' peaks
 * @param tracked native vectors and buffers
 * @param resident the whole process
 */
public record PeakMemory(long heap, long tracked, long resident) {
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
