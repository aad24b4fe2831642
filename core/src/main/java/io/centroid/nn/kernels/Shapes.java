package io.centroid.nn.kernels;

/** Bounds checks before native calls, which would silently read beyond a vector's end. */
final class Shapes {
  private Shapes() {}

  static void requireProduct(
      int rows, int columns, int inner, FloatVector a, FloatVector b, FloatVector c) {
    requireRoom(rows, inner, a);
    requireRoom(inner, columns, b);
    requireRoom(rows, columns, c);
  }

  static void requireRoom(int rows, int columns, FloatVector vector) {
    if (rows < 0 || columns < 0 || (long) rows * columns > vector.size()) {
      throw new IllegalArgumentException(
          "a matrix of " + rows + "x" + columns + " in a vector of " + vector.size() + " floats");
    }
  }

  static int label(float label, int classes) {
    int number = (int) label;
    if (number < 0 || number >= classes) {
      throw new IllegalArgumentException("label " + label + " of " + classes + " classes");
    }
    return number;
  }
}
