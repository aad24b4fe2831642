package io.centroid.data.digits;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.ShardPlan;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import java.util.OptionalLong;

/**
 * Built-in handwritten digits, for demonstrations and tests without a download: 28 x 28 bytes,
 * white on black as MNIST's, drawn as they are read. A record is a pure function of (seed, split,
 * record number), so train and test share no random number, and any worker can draw its part. The
 * key is the record number. Immutable and serializable.
 */
public final class DigitsSource implements ExampleSource {
  private static final long serialVersionUID = 1L;

  /** As many as MNIST has. */
  public static final int DEFAULT_TRAIN_COUNT = 60_000;

  /** As many as MNIST has. */
  public static final int DEFAULT_TEST_COUNT = 10_000;

  private static final InputShape SHAPE = new InputShape(1, DigitPen.SIDE, DigitPen.SIDE);

  private final long drawingSeed;
  private final int trainCount;
  private final int testCount;

  /** As many digits as MNIST has. */
  public DigitsSource(long drawingSeed) {
    this(drawingSeed, DEFAULT_TRAIN_COUNT, DEFAULT_TEST_COUNT);
  }

  /**
   * @param drawingSeed which digits are drawn; the seed of {@link #read} says who gets them
   */
  public DigitsSource(long drawingSeed, int trainCount, int testCount) {
    if (trainCount < 1 || testCount < 0) {
      throw new IllegalArgumentException("trainCount " + trainCount + ", testCount " + testCount);
    }
    this.drawingSeed = drawingSeed;
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
    return "the drawn digits";
  }

  @Override
  public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
    DigitPen pen = new DigitPen();
    byte[] pixels = new byte[SHAPE.size()];
    ShardPlan plan = new ShardPlan(seed, workers, count(split), pixels.length);
    for (ShardPlan.Range range : plan.ranges(worker)) {
      for (long record = range.from(); record < range.to(); record++) {
        int digit = pen.draw(drawingSeed, split, record, pixels);
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
