package io.centroid.error;

/**
 * Builds one-line messages for invalid files. Names and text from the file are truncated and
 * stripped of control characters before they enter a message.
 */
public final class InputErrors {
  private static final int MAX_MESSAGE_CHARS = 600;
  private static final int MAX_QUOTE_CHARS = 80;

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

  /** Text from the file in quotes, truncated to 80 characters. */
  public static String quote(String text) {
    return '"' + shorten(text) + '"';
  }

  /** The text, truncated to 80 characters. */
  public static String shorten(String text) {
    return text.length() <= MAX_QUOTE_CHARS ? text : text.substring(0, MAX_QUOTE_CHARS) + "…";
  }

  public static String oneLine(String message) {
    String cut =
        message.length() <= MAX_MESSAGE_CHARS
            ? message
            : message.substring(0, MAX_MESSAGE_CHARS) + "…";
    StringBuilder line = new StringBuilder(cut.length());
    cut.codePoints()
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c)
        .forEach(line::appendCodePoint);
    return line.toString();
  }
}
