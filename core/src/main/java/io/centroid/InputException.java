package io.centroid;

/**
 * Bad usage, configuration or input: the message is one line that names the place, what was
 * expected and what was found. The commands print it as it is and exit with 2. Travels from
 * executors to the driver, so it is serializable.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
