package io.centroid.nn.kernels;

/** A matrix in a vector, row by row: its first float, and the distance between its rows. */
public record Matrix(FloatVector vector, long from, int stride) {
  /** The matrix whose rows follow each other, from a place on. */
  public static Matrix at(FloatVector vector, long from, int columns) {
    return new Matrix(vector, from, columns);
  }

  /** Throws unless so many rows and columns lie in the vector. */
  void requireInside(int rows, int columns) {
    long last = from + (long) (rows - 1) * stride + columns;
    if (from < 0 || columns > stride || last > vector.size()) {
      throw new IllegalArgumentException(
          rows + "x" + columns + " from " + from + " on exceeds " + vector.size());
    }
  }
}
