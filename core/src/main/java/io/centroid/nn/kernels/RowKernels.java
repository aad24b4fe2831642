package io.centroid.nn.kernels;

import java.util.Arrays;

/**
 * Operations on the rows of a matrix and on stretches of values, on the CPU: loops over what is
 * copied into arrays. An instance keeps working space: one for each thread.
 */
public final class RowKernels {
  /** Floats of a stretch: two of them fit the first-level cache. */
  private static final int STRETCH = 4096;

  private float[] values = new float[STRETCH];
  private float[] others = new float[STRETCH];
  private float[] tanh = new float[STRETCH];
  private float[] row = new float[STRETCH];
  private final int[] bits = new int[STRETCH];

  /** out = x + bias in each row; {@code x} may be {@code out}. */
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
    Arrays.fill(values, 0, STRETCH, 0);
    for (long done = 0; done < count; done += STRETCH) {
      x.write(from + done, values, (int) Math.min(STRETCH, count - done));
    }
  }

  public void copy(long count, FloatVector x, long from, FloatVector into, long to) {
    for (long done = 0; done < count; done += STRETCH) {
      int length = (int) Math.min(STRETCH, count - done);
      x.read(from + done, values, length);
      into.write(to + done, values, length);
    }
  }

  /** out = x + y, value by value; any two may be the same vector. */
  public void add(long count, FloatVector x, FloatVector y, FloatVector out, long from) {
    for (long done = 0; done < count; done += STRETCH) {
      int length = (int) Math.min(STRETCH, count - done);
      x.read(from + done, values, length);
      y.read(from + done, others, length);
      VectorMath.add(values, others, 0, length);
      out.write(from + done, values, length);
    }
  }

  /** Adds the bias to each row, and applies {@link VectorMath#gelu}: sums become slopes. */
  public void gelu(
      int rows, int columns, FloatVector sums, FloatVector bias, FloatVector out, long from) {
    reserve(columns);
    bias.read(0, row, columns);
    for (int r = 0; r < rows; r++) {
      long at = from + (long) r * columns;
      sums.read(at, values, columns);
      VectorMath.add(values, row, 0, columns);
      VectorMath.gelu(values, others, tanh, 0, columns);
      sums.write(at, values, columns);
      out.write(at, others, columns);
    }
  }

  /** x *= y, row by row, and adds the results' column sums to the array. */
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

  /** Adds the sums of the columns to the array. */
  public void addColumnSums(int rows, int columns, FloatVector x, long from, float[] sums) {
    reserve(columns);
    for (int r = 0; r < rows; r++) {
      x.read(from + (long) r * columns, values, columns);
      VectorMath.add(sums, values, 0, columns);
    }
  }

  /**
   * Multiplies each value by 0 with the given probability, else by what keeps the mean (Srivastava
   * et al., "Dropout", 2014). The factor of a value depends on the seed and its number alone.
   *
   * @param number of the first value
   */
  public void dropout(
      long count, FloatVector x, long from, float probability, int seed, long number) {
    int threshold = (int) (probability * 0x1p31);
    float kept = 1 / (1 - probability);
    for (long done = 0; done < count; done += STRETCH) {
      int length = (int) Math.min(STRETCH, count - done);
      VectorMath.dropout(others, bits, length, number + done, seed, threshold, kept);
      x.read(from + done, values, length);
      VectorMath.multiply(values, others, 0, length);
      x.write(from + done, values, length);
    }
  }

  /** out = the row {@code index} of one table plus that of another. */
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

  /** Adds a row to the row {@code index} of a table. */
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
      tanh = new float[columns];
      row = new float[columns];
    }
  }
}
