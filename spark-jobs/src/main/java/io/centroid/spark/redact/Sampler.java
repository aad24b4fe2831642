package io.centroid.spark.redact;

import io.centroid.encryption.FileCipher;
import io.centroid.io.Json;
import io.centroid.io.Sha256;
import java.io.IOException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the documents of a review sample by a hash of their place, so that the choice does not
 * depend on the tasks. Not thread-safe.
 */
final class Sampler {
  /** Characters of a document, before and after, that the sample contains. */
  private static final int LONGEST = 20_000;

  private final int size;
  private final TreeMap<String, Sampled> chosen = new TreeMap<>();

  /**
   * @param size number of documents; 0 for no sample
   */
  Sampler(int size) {
    this.size = size;
  }

  /**
   * A document of the sample.
   *
   * @param file name of the file in the output
   * @param at offset in bytes, or number of the row
   * @param before the document
   * @param after the redacted document; null if it was dropped
   */
  private record Sampled(String file, long at, String before, @Nullable String after) {}

  void offer(String file, long at, String before, @Nullable String after) {
    if (size == 0) {
      return;
    }
    String order = Sha256.of(at + " " + file);
    if (chosen.size() < size || order.compareTo(chosen.lastKey()) < 0) {
      chosen.put(order, new Sampled(file, at, cut(before), after == null ? null : cut(after)));
      if (chosen.size() > size) {
        chosen.pollLastEntry();
      }
    }
  }

  /** The lines of the sample, in order. */
  String sealed(FileCipher cipher) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String order : chosen.keySet()) {
      lines.append(SealedSample.line(cipher, order, Json.line(chosen.get(order)))).append('\n');
    }
    return lines.toString();
  }

  private static String cut(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return text.substring(0, end);
  }
}
