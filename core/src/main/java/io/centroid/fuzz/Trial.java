package io.centroid.fuzz;

import com.sun.management.ThreadMXBean;
import io.centroid.InputException;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * One input given to one target, and how it went.
 *
 * @param accepted whether the parser took it; else it refused it, or broke a rule
 * @param allocated bytes, garbage included
 * @param fault the rule that was broken, if one was
 */
public record Trial(boolean accepted, long nanos, long allocated, Optional<Fault> fault) {
  /** The longest message of a refusal. */
  public static final int LONGEST_MESSAGE = 700;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * Hands the input to the target and holds what comes of it against the rules. An input that seems
   * to cost too much memory is read again: classes that were loaded for it are not its cost.
   */
  public static Trial of(FuzzTarget target, byte[] input) {
    Trial trial = once(target, input);
    boolean costly = trial.fault.map(Fault::kind).filter(Fault.Kind.ALLOCATED::equals).isPresent();
    return costly ? once(target, input) : trial;
  }

  private static Trial once(FuzzTarget target, byte[] input) {
    long thread = Thread.currentThread().getId();
    Throwable thrown = null;
    long before = THREADS.getThreadAllocatedBytes(thread);
    long started = System.nanoTime();
    try {
      target.read(input);
    } catch (Throwable e) {
      thrown = e;
    }
    long nanos = System.nanoTime() - started;
    long allocated = THREADS.getThreadAllocatedBytes(thread) - before;
    Optional<Fault> fault = thrown == null ? Optional.empty() : fault(target, thrown);
    long most = target.bound().bytes(input.length);
    if (fault.isEmpty() && allocated > most) {
      String what =
          "%,d bytes allocated for an input of %,d, expected at most %,d"
              .formatted(allocated, input.length, most);
      fault =
          Optional.of(
              thrown == null
                  ? new Fault(Fault.Kind.ALLOCATED, what, target.getClass().getName(), what)
                  : Fault.of(Fault.Kind.ALLOCATED, what, thrown));
    }
    return new Trial(thrown == null, nanos, allocated, fault);
  }

  private static Optional<Fault> fault(FuzzTarget target, Throwable thrown) {
    if (thrown instanceof InputException
        || thrown instanceof Exception exception && target.mayThrow(exception)) {
      return complaint(thrown.getMessage())
          .map(what -> Fault.of(Fault.Kind.UNREADABLE, what, thrown));
    }
    return Optional.of(Fault.of(Fault.Kind.THREW, thrown.toString(), thrown));
  }

  /** What is wrong with a refusal's message: it is one line of a length that people read. */
  public static Optional<String> complaint(@org.jspecify.annotations.Nullable String message) {
    if (message == null || message.isBlank()) {
      return Optional.of("a refusal without a message");
    }
    if (message.length() >= LONGEST_MESSAGE) {
      return Optional.of("a refusal of " + message.length() + " characters");
    }
    return message.codePoints().anyMatch(Trial::breaksLine)
        ? Optional.of("a refusal with a control character or a line break")
        : Optional.empty();
  }

  private static boolean breaksLine(int character) {
    return Character.isISOControl(character) || character == 0x2028 || character == 0x2029;
  }
}
