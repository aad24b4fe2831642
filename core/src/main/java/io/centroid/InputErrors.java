package io.centroid;

/**
 * Words the refusal of a file as one line. What a file says of itself (names, text) is cut short
 * and cleaned of control characters before it reaches a message.
 */
public final class InputErrors {
  private static final int LONGEST_MESSAGE = 600;
  private static final int LONGEST_QUOTE = 80;

  private InputErrors() {}

  public static InputException of(String file, String what) {
    return new InputException(oneLine(file + ": " + what));
  }

  public static InputException of(String file, String what, String expected, String found) {
    return of(file, what + ": expected " + expected + ", found " + found);
  }

  public static InputException of(String file, String what, Throwable cause) {
    return new InputException(oneLine(file + ": " + what), cause);
  }

  /** Text that came from the file, in quotes and at most 80 characters of it. */
  public static String quote(String text) {
    return '"' + shorten(text) + '"';
  }

  /** At most 80 characters of the text. */
  public static String shorten(String text) {
    return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
  }

  public static String oneLine(String message) {
    String cut =
        message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "…";
    StringBuilder line = new StringBuilder(cut.length());
    cut.codePoints()
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c)
        .forEach(line::appendCodePoint);
    return line.toString();
  }
}
