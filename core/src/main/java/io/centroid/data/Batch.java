package io.centroid.data;

/**
 * A minibatch as a learner takes it: {@code size} rows of {@code shape.size()} floats, row-major,
 * and one target a row; or rows of tokens. Made once and filled again for each step; not
 * thread-safe.
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

  /** Rows in use. */
  public int size() {
    return size;
  }

  /** The live rows: {@code size() * shape().size()} values count. */
  public float[] inputs() {
    return inputs;
  }

  /** Ids in a row of {@link #tokens}: one more than the shape, since the last is only predicted. */
  public int tokenStride() {
    return shape.size() + 1;
  }

  /** The live rows of ids, {@link #tokenStride} each; empty if the examples are no text. */
  public int[] tokens() {
    return tokens;
  }

  /** How many ids each row has; the rest of the row is zero. */
  public int[] lengths() {
    return lengths;
  }

  /** Class numbers or regression targets: {@code size()} values count. */
  public float[] targets() {
    return targets;
  }

  /** Takes the examples {@code order[from..to)}, normalized. */
  public void fill(Examples examples, Normalization normalization, int[] order, int from, int to) {
    start(examples, normalization, to - from);
    for (int row = 0; row < size; row++) {
      put(row, examples, normalization, order[from + row]);
    }
  }

  /** Takes the examples {@code from..to-1} as they stand. */
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
