package io.centroid.retrain.comparison;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A uniform random sample of examples by reservoir sampling in one pass (Vitter, "Random sampling
 * with a reservoir", 1985, algorithm R), and counts of their targets. For a large source only one
 * shard is read.
 */
public final class Sample implements ExampleSink {
  private static final long MAX_BYTES = 256L << 20;

  private final int maxExamples;
  private final RandomStream random;
  private final List<float[]> rows = new ArrayList<>();
  private final long[] targets;
  private long count;
  private final int width;

  private Sample(int maxExamples, long seed, int width, int classes) {
    this.maxExamples = maxExamples;
    this.random = new RandomStream(Seed.of(seed, Seed.Purpose.RESERVOIR));
    this.width = width;
    this.targets = new long[classes];
  }

  /**
   * Draws a sample of a source.
   *
   * @param bytes approximate size of the source in bytes
   * @param maxExamples maximum number of examples
   * @param classes number of classes to count targets for; 0 for a regression
   */
  public static Sample of(
      ExampleSource source, long bytes, int maxExamples, long seed, int classes) {
    int shards = (int) Math.max(1, Math.min(10_000, bytes / MAX_BYTES));
    Sample sample =
        new Sample(maxExamples, seed, source.schema(Split.TRAIN).shape().size(), classes);
    source.read(Split.TRAIN, seed, 0, shards, sample);
    return sample;
  }

  public List<float[]> rows() {
    return rows;
  }

  /** The number of examples of each class, over all examples read. */
  public long[] targets() {
    return targets.clone();
  }

  @Override
  public void image(long key, byte[] pixels, int offset, float target) {
    int place = place(target);
    if (place < 0) {
      return;
    }
    float[] row = new float[width];
    for (int i = 0; i < width; i++) {
      row[i] = pixels[offset + i] & 0xFF;
    }
    rows.set(place, row);
  }

  @Override
  public void row(long key, float[] values, float target) {
    int place = place(target);
    if (place >= 0) {
      rows.set(place, Arrays.copyOf(values, width));
    }
  }

  @Override
  public void span(long key, boolean validation, int[] tokens, int length) {
    throw new InputException("retrain: a corpus of tokens has no features to compare");
  }

  @Override
  public void text(long key, int[] tokens, int length, float target) {
    throw new InputException("retrain: texts have no features to compare");
  }

  private static final float[] NOTHING = {};

  private int place(float target) {
    if (target >= 0 && target < targets.length) {
      targets[(int) target]++;
    }
    count++;
    if (rows.size() < maxExamples) {
      rows.add(NOTHING);
      return rows.size() - 1;
    }
    long index = (long) (random.nextDouble() * count);
    return index < maxExamples ? (int) index : -1;
  }
}
