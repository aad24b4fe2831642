package io.centroid.nn.kernels;

/**
 * A row-major view of a matrix in a vector.
 *
 * @param from offset of the first element
 * @param stride distance between rows, in floats
 */
public record Matrix(FloatVector vector, long from, int stride) {
  /** A matrix with contiguous rows that starts at {@code from}. */
  public static Matrix at(FloatVector vector, long from, int columns) {
    return new Matrix(vector, from, columns);
  }

  /** Throws if a matrix of that shape does not lie inside the vector. */
  public void requireInside(int rows, int columns) {
    long last = from + (long) (rows - 1) * stride + columns;
    if (from < 0 || columns > stride || last > vector.size()) {
      throw new IllegalArgumentException(
          rows + "x" + columns + " from " + from + " exceeds " + vector.size());
    }
  }
}
