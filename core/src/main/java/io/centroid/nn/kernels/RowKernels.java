package io.centroid.nn.kernels;

import java.util.Arrays;

/**
 * Row-wise and element-wise CPU kernels of GPT-2: loops over arrays into which chunks are copied.
 * An instance holds scratch buffers: use one per thread.
 */
public final class RowKernels {
  /** Floats per chunk: two chunks fit the L1 cache. */
  private static final int CHUNK = 4096;

  private float[] values = new float[CHUNK];
  private float[] others = new float[CHUNK];
  private float[] scratch = new float[CHUNK];
  private float[] row = new float[CHUNK];
  private final int[] bits = new int[CHUNK];
  private final VectorMath.ExpBuffers expBuffers = new VectorMath.ExpBuffers();

  /** out = x + bias in each row; {@code x} and {@code out} may be the same vector. */
  public void addRows(
      int rows, int columns, FloatVector x, FloatVector bias, FloatVector out, long from) {
    reserve(columns);
    bias.read(0, row, columns);
    for (int r = 0; r < rows; r++) {
      long at = from + (long) r * columns;
      x.read(at, values, columns);
      VectorMath.add(values, row, 0, columns);
      out.write(at, values, columns);
    }
  }

  /** Sets each row to the bias. */
  public void fillRows(int rows, int columns, FloatVector bias, FloatVector out, long from) {
    reserve(columns);
    bias.read(0, row, columns);
    for (int r = 0; r < rows; r++) {
      out.write(from + (long) r * columns, row, columns);
    }
  }

  /** Sets {@code count} values to 0. */
  public void clear(FloatVector x, long from, long count) {
    Arrays.fill(values, 0, CHUNK, 0);
    for (long done = 0; done < count; done += CHUNK) {
      x.write(from + done, values, (int) Math.min(CHUNK, count - done));
    }
  }

  public void copy(long count, FloatVector x, long from, FloatVector into, long to) {
    for (long done = 0; done < count; done += CHUNK) {
      int length = (int) Math.min(CHUNK, count - done);
      x.read(from + done, values, length);
      into.write(to + done, values, length);
    }
  }

  /** out = x + y, element-wise; any two may be the same vector. */
  public void add(long count, FloatVector x, FloatVector y, FloatVector out, long from) {
    for (long done = 0; done < count; done += CHUNK) {
      int length = (int) Math.min(CHUNK, count - done);
      x.read(from + done, values, length);
      y.read(from + done, others, length);
      VectorMath.add(values, others, 0, length);
      out.write(from + done, values, length);
    }
  }

  /** Adds the bias to each row and applies a function; the derivative overwrites {@code sums}. */
  public void activate(
      MlpFunction function,
      int rows,
      int columns,
      FloatVector sums,
      FloatVector bias,
      FloatVector out,
      long from) {
    reserve(columns);
    bias.read(0, row, columns);
    for (int r = 0; r < rows; r++) {
      long at = from + (long) r * columns;
      sums.read(at, values, columns);
      VectorMath.add(values, row, 0, columns);
      function.apply(values, others, scratch, columns, expBuffers);
      sums.write(at, values, columns);
      out.write(at, others, columns);
    }
  }

  /** x *= y, element-wise; adds the column sums of the result to the array. */
  public void multiplyAndSum(
      int rows, int columns, FloatVector x, FloatVector y, long from, float[] sums) {
    reserve(columns);
    for (int r = 0; r < rows; r++) {
      long at = from + (long) r * columns;
      x.read(at, values, columns);
      y.read(at, others, columns);
      VectorMath.multiply(values, others, 0, columns);
      x.write(at, values, columns);
      VectorMath.add(sums, values, 0, columns);
    }
  }

  /** Adds the column sums to the array. */
  public void addColumnSums(int rows, int columns, FloatVector x, long from, float[] sums) {
    reserve(columns);
    for (int r = 0; r < rows; r++) {
      x.read(from + (long) r * columns, values, columns);
      VectorMath.add(sums, values, 0, columns);
    }
  }

  /**
   * Dropout: multiplies each value by 0 with the given probability, else by 1 / (1 - probability)
   * (Srivastava et al., "Dropout", 2014). The mask depends only on the seed and the value's index.
   *
   * @param number index of the first value
   */
  public void dropout(
      long count, FloatVector x, long from, float probability, int seed, long number) {
    int threshold = (int) (probability * 0x1p31);
    float kept = 1 / (1 - probability);
    for (long done = 0; done < count; done += CHUNK) {
      int length = (int) Math.min(CHUNK, count - done);
      VectorMath.dropout(others, bits, length, number + done, seed, threshold, kept);
      x.read(from + done, values, length);
      VectorMath.multiply(values, others, 0, length);
      x.write(from + done, values, length);
    }
  }

  /** Embedding lookup: out = table[index] + otherTable[otherIndex]. */
  public void embed(
      int columns,
      FloatVector table,
      long index,
      FloatVector otherTable,
      long otherIndex,
      FloatVector out,
      long from) {
    reserve(columns);
    table.read(index * columns, values, columns);
    otherTable.read(otherIndex * columns, others, columns);
    VectorMath.add(values, others, 0, columns);
    out.write(from, values, columns);
  }

  /** table[index] += x, for a row. */
  public void addRow(int columns, FloatVector x, long from, FloatVector table, long index) {
    reserve(columns);
    x.read(from, values, columns);
    table.read(index * columns, others, columns);
    VectorMath.add(others, values, 0, columns);
    table.write(index * columns, others, columns);
  }

  private void reserve(int columns) {
    if (columns > values.length) {
      values = new float[columns];
      others = new float[columns];
      scratch = new float[columns];
      row = new float[columns];
    }
  }
}
