package io.centroid.cli.doctor;

import java.util.Locale;

/** Sizes as text. */
final class Bytes {
  private static final long MIB = 1L << 20;

  private Bytes() {}

  /** In MiB, with a decimal if there are few, or from 1 GiB on in GiB. */
  static String text(long bytes) {
    if (bytes < 1L << 30) {
      double mebibytes = bytes / (double) MIB;
      return String.format(Locale.ROOT, bytes < 10 * MIB ? "%.1f MiB" : "%.0f MiB", mebibytes);
    }
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }

  /** In MiB, rounded up. */
  static long mebibytes(long bytes) {
    return (bytes + MIB - 1) / MIB;
  }

  /** A value for a setting that is at least this, in the notation of Java, Spark and Centroid. */
  static String setting(long bytes) {
    long mebibytes = mebibytes(bytes);
    return mebibytes > 2048 ? (mebibytes + 1023) / 1024 + "g" : (mebibytes + 63) / 64 * 64 + "m";
  }
}
