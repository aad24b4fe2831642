package io.centroid.data.digits;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.ShardPlan;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import java.util.OptionalLong;

/**
 * A built-in data set of synthetic handwritten digits, for demonstrations and tests without a
 * download: 28 x 28 bytes, white on black like MNIST, generated on reading. A record is a pure
 * function of (seed, split, record number), so the splits are independent and any worker can
 * generate its part. The key is the record number. Immutable and serializable.
 */
public final class DigitsSource implements ExampleSource {
  private static final long serialVersionUID = 1L;

  /** Number of training digits of MNIST. */
  public static final int DEFAULT_TRAIN_COUNT = 60_000;

  /** Number of test digits of MNIST. */
  public static final int DEFAULT_TEST_COUNT = 10_000;

  private static final InputShape SHAPE = new InputShape(1, DigitRenderer.SIDE, DigitRenderer.SIDE);

  private final long digitsSeed;
  private final int trainCount;
  private final int testCount;

  /** A data set of the size of MNIST. */
  public DigitsSource(long digitsSeed) {
    this(digitsSeed, DEFAULT_TRAIN_COUNT, DEFAULT_TEST_COUNT);
  }

  /**
   * @param digitsSeed seed of the digits; the seed of {@link #read} assigns them to workers
   * @param trainCount number of training digits
   * @param testCount number of test digits
   */
  public DigitsSource(long digitsSeed, int trainCount, int testCount) {
    if (trainCount < 1 || testCount < 0) {
      throw new IllegalArgumentException("trainCount " + trainCount + ", testCount " + testCount);
    }
    this.digitsSeed = digitsSeed;
    this.trainCount = trainCount;
    this.testCount = testCount;
  }

  @Override
  public SourceSchema schema(Split split) {
    return new SourceSchema(
        SHAPE, SourceSchema.FeatureKind.PIXELS, OptionalLong.of(count(split)), true);
  }

  @Override
  public String place(Split split) {
    return "the synthetic digits";
  }

  @Override
  public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
    DigitRenderer renderer = new DigitRenderer();
    byte[] pixels = new byte[SHAPE.size()];
    ShardPlan plan = new ShardPlan(seed, workers, count(split), pixels.length);
    for (ShardPlan.Range range : plan.ranges(worker)) {
      for (long record = range.from(); record < range.to(); record++) {
        int digit = renderer.render(digitsSeed, split, record, pixels);
        sink.image(record, pixels, 0, digit);
      }
    }
  }

  private int count(Split split) {
    return switch (split) {
      case TRAIN -> trainCount;
      case TEST -> testCount;
    };
  }
}
