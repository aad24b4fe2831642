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
  private final @Nullable String concealing;

  /** Reduces the message to one line, since it may quote untrusted input. */
  public InputException(String message) {
    super(line(message));
    this.setting = null;
    this.concealing = null;
  }

  /** As {@link #InputException(String)}. */
  public InputException(String message, Throwable cause) {
    super(line(message), cause);
    this.setting = null;
    this.concealing = null;
  }

  private InputException(
      InputException error,
      @Nullable String message,
      @Nullable String setting,
      @Nullable String concealing) {
    super(message, error.getCause());
    setStackTrace(error.getStackTrace());
    this.setting = setting;
    this.concealing = concealing;
  }

  /**
   * This error as one of a setting.
   *
   * @param setting its key, or {@code key=value} with the value that was probably meant
   */
  public InputException about(String setting) {
    return new InputException(this, getMessage(), setting, concealing);
  }

  /**
   * This error with another one for {@link #concealed}, whose message has no content of the file.
   */
  public InputException orConcealed(InputException other) {
    return new InputException(this, getMessage(), setting, other.getMessage());
  }

  /**
   * This error without content of the file, such as the text in a cell of a table, for commands
   * whose input may be personal data. A file that is named in the message stays.
   */
  public InputException concealed() {
    return concealing == null
        ? this
        : new InputException(
            this,
            concealing,
            setting().map(key -> key.replaceFirst("(?s)=.*", "")).orElse(null),
            null);
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
