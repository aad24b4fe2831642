package io.centroid.evaluate;

import io.centroid.data.ExampleSink;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Predictions, one per example: the most probable class, or the number of a regression.
 *
 * @param keys keys of the examples in their source, which define the order
 * @param texts numbers of texts that were truncated, or are empty
 */
public record Predictions(long[] keys, float[] values, ExampleSink.TextCounts texts)
    implements Serializable {

  /** Predictions of anything but texts. */
  public Predictions(long[] keys, float[] values) {
    this(keys, values, ExampleSink.TextCounts.NONE);
  }

  /** Merges the predictions of several shards in the order of the source. */
  public static Predictions inSourceOrder(List<Predictions> parts) {
    record Entry(long key, float value) {}
    Entry[] entries =
        parts.stream()
            .flatMap(
                part ->
                    java.util.stream.IntStream.range(0, part.keys.length)
                        .mapToObj(i -> new Entry(part.keys[i], part.values[i])))
            .toArray(Entry[]::new);
    Arrays.sort(entries, java.util.Comparator.comparingLong(Entry::key));
    Predictions merged =
        new Predictions(
            new long[entries.length],
            new float[entries.length],
            parts.stream()
                .map(Predictions::texts)
                .reduce(ExampleSink.TextCounts.NONE, ExampleSink.TextCounts::plus));
    for (int i = 0; i < entries.length; i++) {
      merged.keys[i] = entries[i].key;
      merged.values[i] = entries[i].value;
    }
    return merged;
  }
}
