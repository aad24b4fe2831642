package io.centroid.error;

/**
 * Bad usage, configuration or input. The message is one line that names the place, the expected
 * value and the value found. Commands print it unchanged and exit with 2. It is serializable, since
 * executors send it to the driver.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Characters of a message that are processed; the rest is dropped. */
  private static final int MAX_CHARS = 2000;

  /** Reduces the message to one line, since it may quote untrusted input. */
  public InputException(String message) {
    super(line(message));
  }

  /** As {@link #InputException(String)}. */
  public InputException(String message, Throwable cause) {
    super(line(message), cause);
  }

  private static String line(String message) {
    String start = message.substring(0, Math.min(MAX_CHARS, message.length()));
    return InputErrors.oneLine(start.strip().replaceAll("\\s*\\R\\s*", " "));
  }
}
