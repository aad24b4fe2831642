package io.centroid.config.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import io.centroid.error.InputException;
import java.util.function.Supplier;

/** Converts locations and errors of the configuration library to messages. */
public final class Hocon {
  private Hocon() {}

  /** The location where a value was set. */
  public static String place(ConfigOrigin origin) {
    String description = origin.description();
    int colon = description.lastIndexOf(": ");
    return origin.lineNumber() > 0 && colon > 0 && !description.startsWith("--set")
        ? description.substring(0, colon) + ": line " + origin.lineNumber()
        : description;
  }

  /** Reads, and converts errors of the library to one-line messages. */
  public static <T> T translated(Supplier<T> reading) {
    return translated("the configuration", reading);
  }

  /** As {@link #translated(Supplier)}, for a file or an override. */
  public static <T> T translated(String place, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (StackOverflowError e) {
      throw new InputException(place + ": is nested too deeply", e);
    } catch (ConfigException e) {
      throw new InputException(String.valueOf(e.getMessage()).replaceAll("\\s+", " "), e);
    }
  }
}
