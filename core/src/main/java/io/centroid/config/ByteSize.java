package io.centroid.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.centroid.error.InputException;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A number of bytes with a unit, such as 64MiB. */
public final class ByteSize {
  private static final Pattern EXPONENT = Pattern.compile("[0-9.][eE][+-]?[0-9]");

  private static final long MIB = 1L << 20;

  private ByteSize() {}

  /**
   * Parses the value of an option.
   *
   * @param option option that the message names
   * @param least smallest valid number of bytes
   * @throws InputException if it is not a size, or too small
   */
  public static long parse(String option, String size, long least) {
    return parse(size, least, must -> new InputException(option + " " + must + ": " + size));
  }

  /**
   * Parses a size.
   *
   * @param least smallest valid number of bytes
   * @param invalid creates the exception from the condition, "must be ..."
   */
  static long parse(String size, long least, Function<String, InputException> invalid) {
    // The library would write out all digits of 1e999999.
    if (EXPONENT.matcher(size).find()) {
      throw invalid.apply("must be a number of bytes without an exponent, such as 1GiB");
    }
    long bytes;
    try {
      bytes =
          ConfigFactory.empty()
              .withValue("size", ConfigValueFactory.fromAnyRef(size))
              .getBytes("size");
    } catch (ConfigException e) {
      throw invalid.apply("must be a number of bytes, such as 1GiB");
    }
    if (bytes < least) {
      throw invalid.apply("must be at least " + (least == 1 ? "one byte" : least + " bytes"));
    }
    return bytes;
  }

  /** A size for people: in MiB, with a decimal if there are few, or from 1 GiB on in GiB. */
  public static String text(long bytes) {
    if (bytes < 1L << 30) {
      double mebibytes = bytes / (double) MIB;
      return String.format(Locale.ROOT, bytes < 10 * MIB ? "%.1f MiB" : "%.0f MiB", mebibytes);
    }
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }

  /** A size in MiB, rounded up. */
  public static long mebibytes(long bytes) {
    return (bytes + MIB - 1) / MIB;
  }

  /** A value for a setting that is at least this, in the notation of Java, Spark and Centroid. */
  public static String setting(long bytes) {
    long mebibytes = mebibytes(bytes);
    return mebibytes > 2048 ? (mebibytes + 1023) / 1024 + "g" : (mebibytes + 63) / 64 * 64 + "m";
  }
}
