package io.centroid.data;

/**
 * A minibatch: {@code size} rows of {@code shape.size()} floats, row-major, or rows of token ids,
 * with one target per row. It is allocated once and refilled for each step. Not thread-safe.
 */
public final class Batch {
  private final InputShape shape;
  private final float[] targets;
  private float[] inputs = {};
  private int[] tokens = {};
  private int[] lengths = {};
  private final float[] pixels = new float[256];
  private int size;

  public Batch(InputShape shape, int capacity) {
    this.shape = shape;
    this.targets = new float[capacity];
  }

  public InputShape shape() {
    return shape;
  }

  public int capacity() {
    return targets.length;
  }

  /** Number of rows in use. */
  public int size() {
    return size;
  }

  /** The inputs, row-major; the first {@code size() * shape().size()} values are in use. */
  public float[] inputs() {
    return inputs;
  }

  /** Ids per row of {@link #tokens}: one more than the shape, since the last is only a target. */
  public int tokenStride() {
    return shape.size() + 1;
  }

  /** The rows of token ids, {@link #tokenStride} each; empty if the examples are not text. */
  public int[] tokens() {
    return tokens;
  }

  /** Number of ids in each row; the rest of the row is zero. */
  public int[] lengths() {
    return lengths;
  }

  /** Class numbers or regression targets; the first {@code size()} values are in use. */
  public float[] targets() {
    return targets;
  }

  /** Fills the batch with the examples {@code order[from..to)}, their features normalized. */
  public void fill(Examples examples, Normalization normalization, int[] order, int from, int to) {
    start(examples, normalization, to - from);
    for (int row = 0; row < size; row++) {
      put(row, examples, normalization, order[from + row]);
    }
  }

  /** Fills the batch with the examples {@code from..to-1}, their features normalized, in order. */
  public void fill(Examples examples, Normalization normalization, int from, int to) {
    start(examples, normalization, to - from);
    for (int row = 0; row < size; row++) {
      put(row, examples, normalization, from + row);
    }
  }

  private void start(Examples examples, Normalization normalization, int rows) {
    size = rows;
    if (examples.features() instanceof TokenWindows) {
      if (tokens.length == 0) {
        tokens = new int[Math.multiplyExact(capacity(), tokenStride())];
        lengths = new int[capacity()];
      }
      return;
    }
    if (inputs.length == 0) {
      inputs = new float[Math.multiplyExact(capacity(), shape.size())];
    }
    normalization.mapPixels(pixels);
  }

  private void put(int row, Examples examples, Normalization normalization, int example) {
    targets[row] = examples.target(example);
    if (examples.features() instanceof TokenWindows windows) {
      lengths[row] = windows.copy(example, tokens, row * tokenStride());
      return;
    }
    normalization.copy(
        examples.features(), example, shape.size(), pixels, inputs, row * shape.size());
  }
}
