package io.centroid.spark;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.digits.DigitsSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A digits source that counts the reads of each shard in this JVM. */
final class CountingSource implements ExampleSource {
  private static final long serialVersionUID = 1L;
  private static final Map<String, Integer> READS = new ConcurrentHashMap<>();

  private final DigitsSource digits;

  CountingSource(int train, int test) {
    this.digits = new DigitsSource(1, train, test);
  }

  /** Number of reads by split and worker. */
  static Map<String, Integer> reads() {
    return new TreeMap<>(READS);
  }

  static void forget() {
    READS.clear();
  }

  @Override
  public SourceSchema schema(Split split) {
    return digits.schema(split);
  }

  @Override
  public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
    READS.merge(split + " " + worker, 1, Integer::sum);
    digits.read(split, seed, worker, workers, sink);
  }
}
