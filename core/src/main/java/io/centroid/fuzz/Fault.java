package io.centroid.fuzz;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Locale;

/**
 * A rule that an input made a parser break.
 *
 * @param what in one line
 * @param where the frame of our own code that it is about; of two faults with the same kind and
 *     place one is shown
 * @param details stack trace or the like, of several lines
 */
public record Fault(Kind kind, String what, String where, String details) {

  /** The rules. */
  public enum Kind {
    /** An exception that no contract names, or an error. */
    THREW,
    /** A refusal of several lines, or of a line that nobody would read. */
    UNREADABLE,
    /** More memory than the input's length accounts for. */
    ALLOCATED,
    /** An input that took longer than any may. */
    SLOW;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Fault of(Kind kind, String what, Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    String details = trace.toString();
    // A stack that overflowed is a thousand lines of the same.
    return new Fault(
        kind,
        what,
        where(thrown.getStackTrace()),
        details.substring(0, Math.min(8000, details.length())));
  }

  /** The first frame of ours, or else the first. */
  static String where(StackTraceElement[] stack) {
    return Arrays.stream(stack)
        .filter(frame -> frame.getClassName().startsWith("io.centroid."))
        .filter(frame -> !frame.getClassName().equals("io.centroid.Rejection"))
        .findFirst()
        .or(() -> Arrays.stream(stack).findFirst())
        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
        .orElse("unknown");
  }

  /** What makes two faults the same. */
  String signature() {
    return kind + " " + where;
  }
}
