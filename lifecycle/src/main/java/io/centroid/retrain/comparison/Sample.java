package io.centroid.retrain.comparison;

import io.centroid.InputException;
import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.Split;
import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Examples drawn evenly from a source in one pass (Vitter, "Random sampling with a reservoir",
 * 1985, algorithm R), and their targets. Of a large source one shard is read, which samples the
 * whole of it by long stretches.
 */
public final class Sample implements ExampleSink {
  private static final long MOST_BYTES = 256L << 20;

  private final int most;
  private final RandomStream random;
  private final List<float[]> rows = new ArrayList<>();
  private final long[] targets;
  private long seen;
  private final int width;

  private Sample(int most, long seed, int width, int classes) {
    this.most = most;
    this.random = new RandomStream(Seed.of(seed, Seed.Purpose.RESERVOIR));
    this.width = width;
    this.targets = new long[classes];
  }

  /**
   * Draws a sample.
   *
   * @param bytes about as many as the source has
   * @param classes that targets are counted by; 0: they are no classes
   */
  public static Sample of(ExampleSource source, long bytes, int most, long seed, int classes) {
    int shards = (int) Math.max(1, Math.min(10_000, bytes / MOST_BYTES));
    Sample sample = new Sample(most, seed, source.schema(Split.TRAIN).shape().size(), classes);
    source.read(Split.TRAIN, seed, 0, shards, sample);
    return sample;
  }

  public List<float[]> rows() {
    return rows;
  }

  /** Of every example that was read. */
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
    seen++;
    if (rows.size() < most) {
      rows.add(NOTHING);
      return rows.size() - 1;
    }
    long drawn = (long) (random.nextDouble() * seen);
    return drawn < most ? (int) drawn : -1;
  }
}
