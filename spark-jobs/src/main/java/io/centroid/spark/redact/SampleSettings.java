package io.centroid.spark.redact;

import io.centroid.error.InputException;

/**
 * Size and key of a review sample.
 *
 * @param size number of documents
 * @param key reference to the key that wraps its data key
 */
public record SampleSettings(int size, String key) {
  /** Name of the option with the key, for messages. */
  public static final String KEY = "--sample-key";

  /** More documents nobody reads; they are held in memory. */
  private static final int LARGEST = 1_000;

  public SampleSettings {
    if (size < 1 || size > LARGEST) {
      throw new InputException("--sample must be from 1 to " + LARGEST + ": " + size);
    }
  }
}
