package io.centroid;

/**
 * Bad usage, configuration or input: the message is one line that names the place, what was
 * expected and what was found. The commands print it as it is and exit with 2. Travels from
 * executors to the driver, so it is serializable.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Beyond it nothing of a message is looked at. */
  private static final int LONGEST_LOOK = 2000;

  /** Makes one line of the message: what was read may have put anything into it. */
  public InputException(String message) {
    super(line(message));
  }

  /** As {@link #InputException(String)}. */
  public InputException(String message, Throwable cause) {
    super(line(message), cause);
  }

  private static String line(String message) {
    String looked = message.substring(0, Math.min(LONGEST_LOOK, message.length()));
    return InputErrors.oneLine(looked.strip().replaceAll("\\s*\\R\\s*", " "));
  }
}
