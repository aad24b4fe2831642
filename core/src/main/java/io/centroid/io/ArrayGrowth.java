package io.centroid.io;

/** Lengths of arrays that grow as elements are added. */
public final class ArrayGrowth {
  /** The largest length that every JVM can allocate. */
  public static final int LARGEST = Integer.MAX_VALUE - 16;

  private ArrayGrowth() {}

  /**
   * The next length of an array: half as much again, or {@code needed} if that is more, but at most
   * {@link #LARGEST}.
   *
   * @throws OutOfMemoryError if {@code needed} is above {@link #LARGEST}
   */
  public static int grown(int length, long needed) {
    if (needed > LARGEST) {
      throw new OutOfMemoryError("an array of " + needed + " elements");
    }
    return (int) Math.min(LARGEST, Math.max(needed, (long) length + (length >> 1)));
  }
}
