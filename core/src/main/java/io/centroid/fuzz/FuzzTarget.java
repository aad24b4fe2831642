package io.centroid.fuzz;

import java.util.List;

/**
 * A parser as the fuzzer sees it: inputs that it takes, and a way to hand it others. An input is
 * one file, or {@link Parts several} in one. Used by one thread; an instance keeps nothing from one
 * input to the next.
 */
public interface FuzzTarget extends AutoCloseable {

  /** What the parts of an input hold, in their order. */
  List<PartFormat> formats();

  /** Inputs that are accepted, or nearly so, from which damaged ones are made. */
  List<byte[]> seeds();

  /** Words of the format, which are put into inputs. */
  default List<String> dictionary() {
    return List.of();
  }

  /** What an input may cost. */
  Bound bound();

  /**
   * Reads an input as far as the parser goes.
   *
   * @throws io.centroid.InputException if it is refused
   * @throws Exception a fault of the parser, unless {@link #mayThrow}
   */
  void read(byte[] input) throws Exception;

  /** Whether the parser's contract names this exception beside {@code InputException}. */
  default boolean mayThrow(Exception thrown) {
    return false;
  }

  /** Takes away what the target put on the disk. */
  @Override
  default void close() {}
}
