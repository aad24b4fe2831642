package io.centroid.fuzz;

/**
 * Most bytes that reading an input may allocate, garbage included: a line in the input's length.
 *
 * @param base for buffers of fixed sizes, and all that gzipped data may decode to
 * @param perByte for each byte of the input
 */
public record Bound(long base, int perByte) {

  /** For JSON as a tree: its shortest values become objects of some hundred bytes. */
  public static final Bound TREE = new Bound(1 << 19, 400);

  /** The most for an input of this length. */
  public long bytes(int length) {
    return base + (long) perByte * length;
  }
}
