package io.centroid.fuzz;

import com.sun.management.ThreadMXBean;
import io.centroid.InputException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A parser of bytes from outside, and what it promises for any input: it reads it, or refuses it
 * with an {@link InputException} of one line, and allocates no more than a line in the input's
 * length on the way. Iterates over its seeds, of which the first is read.
 */
final class FuzzTarget implements Iterable<byte[]> {

  interface Parser {
    void parse(byte[] input) throws Exception;
  }

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Pattern ONE_LINE =
      Pattern.compile("(?!\\s*$)[^\\p{Cc}\\u2028\\u2029]{1,699}");

  /** What Jazzer puts into the classes allocates, too. */
  private static final int MARGIN = System.getProperty("JAZZER_FUZZ") == null ? 1 : 4;

  private final long base;
  private final int perByte;
  private final Parser parser;
  private final Supplier<List<byte[]>> made;
  private @Nullable List<byte[]> seeds;

  /**
   * A target.
   *
   * @param base bytes that any input may allocate, garbage included: buffers of fixed sizes, and
   *     all that compressed data may decode to
   * @param perByte further ones for each byte of the input
   * @param seeds made when they are needed first
   */
  FuzzTarget(long base, int perByte, Parser parser, Supplier<List<byte[]>> seeds) {
    this.base = base;
    this.perByte = perByte;
    this.parser = parser;
    this.made = seeds;
  }

  /** JSON as a tree, whose shortest values become objects of some hundred bytes. */
  static FuzzTarget json(Parser parser, String... seeds) {
    return new FuzzTarget(
        1 << 19, 400, parser, () -> Arrays.stream(seeds).map(Inputs::utf8).toList());
  }

  @Override
  public Iterator<byte[]> iterator() {
    return seeds().iterator();
  }

  private List<byte[]> seeds() {
    if (seeds == null) {
      seeds = made.get();
    }
    return seeds;
  }

  /** Gives the input to the parser and holds what comes of it against the promises. */
  void check(byte[] input) throws Exception {
    long most = MARGIN * (base + (long) perByte * input.length);
    // Classes that are loaded for an input are not its cost: a second reading loads none.
    if (allocated(input) > most) {
      long allocated = allocated(input);
      if (allocated > most) {
        throw new AssertionError(
            "%,d bytes allocated for an input of %,d, expected at most %,d"
                .formatted(allocated, input.length, most));
      }
    }
  }

  private long allocated(byte[] input) throws Exception {
    long thread = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(thread);
    try {
      parser.parse(input);
    } catch (InputException e) {
      requireOneLine(e);
      if (Arrays.equals(input, seeds().get(0))) {
        throw new AssertionError("the first seed is refused: damage to it would reach nothing", e);
      }
    }
    return THREADS.getThreadAllocatedBytes(thread) - before;
  }

  /** Fails if the message of a refusal is not one line of a length that people read. */
  static void requireOneLine(Exception refusal) {
    if (!ONE_LINE.matcher(String.valueOf(refusal.getMessage())).matches()) {
      throw new AssertionError("a refusal that is not one line", refusal);
    }
  }
}
