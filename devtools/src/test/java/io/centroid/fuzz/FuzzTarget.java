package io.centroid.fuzz;

import com.sun.management.ThreadMXBean;
import io.centroid.error.InputException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A parser under fuzz test with its contract for any input: it accepts the input or throws an
 * {@link InputException} with a message of one line, and allocates memory at most linear in the
 * input's length. Iterates over its seeds, the first of which is valid.
 */
final class FuzzTarget implements Iterable<byte[]> {

  interface Parser {
    void parse(byte[] input) throws Exception;
  }

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Pattern ONE_LINE =
      Pattern.compile("(?!\\s*$)[^\\p{Cc}\\u2028\\u2029]{1,699}");

  /** Jazzer's instrumentation allocates memory, too. */
  private static final int MARGIN = System.getProperty("JAZZER_FUZZ") == null ? 1 : 4;

  private final long base;
  private final int perByte;
  private final Parser parser;
  private final Supplier<List<byte[]>> made;
  private @Nullable List<byte[]> seeds;

  /**
   * Creates a target.
   *
   * @param base bytes that any input may allocate including garbage: fixed buffers and the limit of
   *     decoded data
   * @param perByte additional bytes per byte of the input
   * @param parser parser under test
   * @param seeds supplier of the seeds, called on first use
   */
  FuzzTarget(long base, int perByte, Parser parser, Supplier<List<byte[]>> seeds) {
    this.base = base;
    this.perByte = perByte;
    this.parser = parser;
    this.made = seeds;
  }

  /**
   * Creates a target for JSON parsed as a tree, whose smallest values are objects of some hundred
   * bytes.
   */
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

  /** Parses the input and checks the contract. */
  void check(byte[] input) throws Exception {
    long most = MARGIN * (base + (long) perByte * input.length);
    // Class loading does not count: the second parse loads no classes.
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
        throw new AssertionError(
            "the first seed is rejected: mutations of it would test nothing", e);
      }
    }
    return THREADS.getThreadAllocatedBytes(thread) - before;
  }

  /** Requires that the message of an exception is one line of readable length. */
  static void requireOneLine(Exception rejection) {
    if (!ONE_LINE.matcher(String.valueOf(rejection.getMessage())).matches()) {
      throw new AssertionError("the message is not one line", rejection);
    }
  }
}
