package io.centroid.data;

/**
 * A minibatch as a learner takes it: {@code size} rows of {@code shape.size()} floats, row-major,
 * and one target a row. Made once and filled again for each step; not thread-safe.
 */
public final class Batch {
  private final InputShape shape;
  private final float[] inputs;
  private final float[] targets;
  private final float[] pixels = new float[256];
  private int size;

  public Batch(InputShape shape, int capacity) {
    this.shape = shape;
    this.inputs = new float[Math.multiplyExact(capacity, shape.size())];
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

  /** Class numbers or regression targets: {@code size()} values count. */
  public float[] targets() {
    return targets;
  }

  /** Takes the examples {@code order[from..to)}, normalised. */
  public void fill(Examples examples, Normalisation normalisation, int[] order, int from, int to) {
    size = to - from;
    normalisation.mapPixels(pixels);
    for (int row = 0; row < size; row++) {
      put(row, examples, normalisation, order[from + row]);
    }
  }

  /** Takes the examples {@code from..to-1} as they stand. */
  public void fill(Examples examples, Normalisation normalisation, int from, int to) {
    size = to - from;
    normalisation.mapPixels(pixels);
    for (int row = 0; row < size; row++) {
      put(row, examples, normalisation, from + row);
    }
  }

  private void put(int row, Examples examples, Normalisation normalisation, int example) {
    normalisation.copy(
        examples.features(), example, shape.size(), pixels, inputs, row * shape.size());
    targets[row] = examples.target(example);
  }
}
