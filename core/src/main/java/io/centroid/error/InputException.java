package io.centroid.error;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bad usage, configuration or input. The message is one line that names the place, the expected
 * value and the value found. Commands print it unchanged and exit with 2. It is serializable, since
 * executors send it to the driver.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Characters of a message that are processed; the rest is dropped. */
  private static final int MAX_CHARS = 2000;

  private final @Nullable String setting;

  /** Reduces the message to one line, since it may quote untrusted input. */
  public InputException(String message) {
    super(line(message));
    this.setting = null;
  }

  /** As {@link #InputException(String)}. */
  public InputException(String message, Throwable cause) {
    super(line(message), cause);
    this.setting = null;
  }

  private InputException(InputException error, String setting) {
    super(error.getMessage(), error.getCause());
    setStackTrace(error.getStackTrace());
    this.setting = setting;
  }

  /**
   * This error as one of a setting.
   *
   * @param setting its key, or {@code key=value} with the value that was probably meant
   */
  public InputException about(String setting) {
    return new InputException(this, setting);
  }

  /** The setting to change, {@code key} or {@code key=value}; empty if none is known. */
  public Optional<String> setting() {
    return Optional.ofNullable(setting);
  }

  /** Whether the message names a setting by its whole key. */
  public boolean names(String key) {
    return Pattern.compile("(?<![\\w.-])" + Pattern.quote(key) + "(?![\\w-]|\\.\\w)")
        .matcher(String.valueOf(getMessage()))
        .find();
  }

  private static String line(String message) {
    String start = message.substring(0, Math.min(MAX_CHARS, message.length()));
    return InputErrors.oneLine(start.strip().replaceAll("\\s*\\R\\s*", " "));
  }
}
