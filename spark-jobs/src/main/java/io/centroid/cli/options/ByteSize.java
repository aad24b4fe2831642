package io.centroid.cli.options;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.centroid.error.InputException;

/** A number of bytes with a unit, such as 64MiB. */
public final class ByteSize {
  private ByteSize() {}

  /**
   * Parses a size.
   *
   * @param option option that the message names
   * @param least smallest valid number of bytes
   * @throws InputException if it is not a size, or too small
   */
  public static long parse(String option, String size, long least) {
    try {
      long bytes =
          ConfigFactory.empty()
              .withValue("size", ConfigValueFactory.fromAnyRef(size))
              .getBytes("size");
      if (bytes >= least) {
        return bytes;
      }
    } catch (ConfigException e) {
      // rejected below
    }
    throw new InputException(
        option + " must be a size of at least " + least + " bytes, such as 64MiB: " + size);
  }
}
