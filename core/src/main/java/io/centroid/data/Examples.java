package io.centroid.data;

import io.centroid.error.InputException;
import io.centroid.io.ArrayGrowth;
import io.centroid.random.Seed;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;

/**
 * The examples of one shard in memory: inputs in their stored type (bytes, numbers or token ids)
 * and one target each, a class number or a regression target (NaN if the source has none).
 * Immutable, so threads share it without copying.
 */
public final class Examples implements Serializable {
  private static final long serialVersionUID = 1L;
  static final int LARGEST_ARRAY = ArrayGrowth.LARGEST;

  private final InputShape shape;
  private final Features features;
  private final float[] targets;

  private Examples(InputShape shape, Features features, float[] targets) {
    this.shape = shape;
    this.features = features;
    this.targets = targets;
  }

  public int count() {
    return targets.length;
  }

  public InputShape shape() {
    return shape;
  }

  public Features features() {
    return features;
  }

  /**
   * The examples of an epoch. Windows of a long text are shifted by an offset that depends on
   * (seed, epoch, worker), so that a model sees each token at every position. Other examples are
   * unchanged.
   */
  public Examples inEpoch(long seed, long epoch, int worker) {
    if (!(features instanceof TokenWindows windows) || windows.width() < 3) {
      return this;
    }
    double unit = Seed.unit(Seed.of(seed, Seed.Purpose.WINDOW_SHIFT, epoch, worker));
    return new Examples(shape, windows.shifted((int) (unit * (windows.width() - 1))), targets);
  }

  static void requireRoom(long values, int count, String what) {
    if (values > LARGEST_ARRAY) {
      throw new InputException(
          "a worker's shard has more than 2 GiB of "
              + what
              + " ("
              + count
              + " examples so far); increase train.workers");
    }
  }

  /** Class number, regression target, or NaN. */
  public float target(int example) {
    return targets[example];
  }

  /** Collects examples; not thread-safe. */
  public static final class Builder {
    private final InputShape shape;
    private final SourceSchema.FeatureKind kind;
    private final TokenWindows.Builder windows;
    private byte[] pixels = {};
    private float[] numbers = {};
    private float[] targets = {};
    private int count;

    public Builder(InputShape shape, SourceSchema.FeatureKind kind) {
      this(shape, kind, 0);
    }

    /** A builder with initial capacity for {@code expected} examples; it grows as needed. */
    public Builder(InputShape shape, SourceSchema.FeatureKind kind, long expected) {
      this.shape = shape;
      this.kind = kind;
      this.windows = new TokenWindows.Builder(shape.size() + 1);
      int room = (int) Math.min(LARGEST_ARRAY, expected * shape.size());
      switch (kind) {
        case PIXELS -> pixels = new byte[room];
        case NUMBERS -> numbers = new float[room];
        case TOKENS -> {}
      }
    }

    /** Adds an image of {@code shape.size()} bytes, starting at {@code offset}. */
    public void addImage(byte[] source, int offset, float target) {
      int from = reserve(target);
      if (from + shape.size() > pixels.length) {
        pixels = Arrays.copyOf(pixels, grown(pixels.length));
      }
      System.arraycopy(source, offset, pixels, from, shape.size());
    }

    /** Adds a row of {@code shape.size()} numbers. */
    public void addRow(float[] values, float target) {
      int from = reserve(target);
      if (from + shape.size() > numbers.length) {
        numbers = Arrays.copyOf(numbers, grown(numbers.length));
      }
      System.arraycopy(values, 0, numbers, from, shape.size());
    }

    /**
     * Adds the windows of a span of text, without targets.
     *
     * @return number of windows
     */
    public int addSpan(int[] tokens, int length) {
      int added = windows.addSpan(tokens, length);
      for (int i = 0; i < added; i++) {
        addTarget(Float.NaN);
      }
      return added;
    }

    /** Adds a text of at most {@code shape.size()} tokens. */
    public void addText(int[] tokens, int length, float target) {
      Objects.checkFromToIndex(0, length, shape.size() + 1);
      windows.addText(tokens, length);
      addTarget(target);
    }

    public Examples build() {
      int length = kind == SourceSchema.FeatureKind.TOKENS ? 0 : count * shape.size();
      Features features =
          switch (kind) {
            case PIXELS ->
                new Features.Pixels(
                    isTight(pixels.length) ? pixels : Arrays.copyOf(pixels, length));
            case NUMBERS ->
                new Features.Numbers(
                    isTight(numbers.length) ? numbers : Arrays.copyOf(numbers, length));
            case TOKENS -> windows.build();
          };
      return new Examples(shape, features, Arrays.copyOf(targets, count));
    }

    private int reserve(float target) {
      requireRoom((count + 1L) * shape.size(), count, "values");
      return addTarget(target) * shape.size();
    }

    /** Returns the index of the example. */
    private int addTarget(float target) {
      if (count == targets.length) {
        targets = Arrays.copyOf(targets, ArrayGrowth.grown(count, Math.max(1024, count + 1L)));
      }
      targets[count] = target;
      return count++;
    }

    /** Whether so little capacity is unused that a second copy of the shard would cost more. */
    private boolean isTight(int room) {
      return room - count * shape.size() <= room / 8;
    }

    private int grown(int length) {
      long least = Math.max(1024L * shape.size(), (long) length + shape.size());
      return ArrayGrowth.grown(length, Math.min(LARGEST_ARRAY, least));
    }
  }
}
