package io.centroid.explain.image;

import io.centroid.data.InputShape;
import io.centroid.error.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Partitions of an image into segments. A segment lists the places of its pixels among the values
 * of the image, which are channel by channel, row-major; it has the same pixels of all channels.
 */
public final class Segments {
  private Segments() {}

  /**
   * The squares of a grid; those at the right and lower edge may be smaller.
   *
   * @param side side of a square in pixels
   */
  public static List<int[]> grid(InputShape shape, int side) {
    if (side < 1) {
      throw new InputException("the side of a segment must be > 0 pixels: " + side);
    }
    int across = (shape.width() + side - 1) / side;
    int[] labels = new int[shape.height() * shape.width()];
    for (int pixel = 0; pixel < labels.length; pixel++) {
      int y = pixel / shape.width();
      int x = pixel % shape.width();
      labels[pixel] = y / side * across + x / side;
    }
    return of(shape, labels);
  }

  /**
   * Superpixels: connected segments of similar color, by SLIC (Achanta et al., "SLIC superpixels
   * compared to state-of-the-art superpixel methods", 2012).
   *
   * @param image values of the image, channel by channel
   * @param count approximate number of segments
   * @param compactness weight of the distance of pixels against that of colors, relative to the
   *     image's range of values; 0.2 is usual
   */
  public static List<int[]> superpixels(
      InputShape shape, float[] image, int count, double compactness) {
    if (image.length != shape.size() || count < 1 || !(compactness > 0)) {
      throw new InputException(
          "superpixels take an image of "
              + shape
              + " values, a number and a compactness > 0: "
              + image.length
              + ", "
              + count
              + ", "
              + compactness);
    }
    return of(shape, new Superpixels(shape, image, count, compactness).labels());
  }

  /** The columns of each label from 0 on; every label up to the largest has a pixel. */
  private static List<int[]> of(InputShape shape, int[] labels) {
    List<List<Integer>> pixels = new ArrayList<>();
    for (int pixel = 0; pixel < labels.length; pixel++) {
      while (pixels.size() <= labels[pixel]) {
        pixels.add(new ArrayList<>());
      }
      pixels.get(labels[pixel]).add(pixel);
    }
    return pixels.stream()
        .map(
            segment ->
                IntStream.range(0, shape.channels())
                    .flatMap(
                        channel ->
                            segment.stream().mapToInt(pixel -> channel * labels.length + pixel))
                    .toArray())
        .toList();
  }
}
