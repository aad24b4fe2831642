package io.centroid.data;

import io.centroid.error.InputException;
import java.io.Serializable;

/**
 * The shape of one example: an image of channels x height x width, or a table row as 1 x 1 x
 * columns.
 */
public record InputShape(int channels, int height, int width) implements Serializable {

  public InputShape {
    if (channels < 1
        || height < 1
        || width < 1
        || (long) channels * height > Integer.MAX_VALUE / width) {
      throw new InputException(
          "an example must have between 1 and 2147483647 values: "
              + channels
              + " x "
              + height
              + " x "
              + width);
    }
  }

  /** A row of a table. */
  public static InputShape row(int columns) {
    return new InputShape(1, 1, columns);
  }

  /** Number of values of one example. */
  public int size() {
    return channels * height * width;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
