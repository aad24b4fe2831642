package io.centroid.explain.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.InputShape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentsTest {
  private static final InputShape DIGIT = new InputShape(1, 28, 28);

  @Test
  void squaresOfAGridHaveTheirPixelsInAllChannels() {
    List<int[]> squares = Segments.grid(new InputShape(2, 3, 5), 2);
    assertThat(squares).hasSize(6);
    assertThat(squares.get(0)).containsExactly(0, 1, 5, 6, 15, 16, 20, 21);
    assertThat(squares.get(5)).containsExactly(14, 29);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 49, 100})
  void superpixelsAreConnectedAndHaveEachPixelOnce(int count) {
    List<int[]> segments = Segments.superpixels(DIGIT, ring(), count, 0.2);
    assertThat(segments.stream().flatMapToInt(Arrays::stream).sorted().toArray())
        .isEqualTo(IntStream.range(0, 784).toArray());
    assertThat(segments.size()).isBetween((count + 1) / 2, 2 * count + 4);
    assertThat(segments).allMatch(SegmentsTest::isConnected);
  }

  /** A ring of ink on black: no superpixel mixes ink and black. */
  @Test
  void superpixelsFollowTheEdges() {
    float[] image = ring();
    int mixed = 0;
    for (int[] segment : Segments.superpixels(DIGIT, image, 49, 0.2)) {
      long ink = Arrays.stream(segment).filter(pixel -> image[pixel] > 0).count();
      mixed += (int) Math.min(ink, segment.length - ink);
    }
    int mixedInGrid = 0;
    for (int[] segment : Segments.grid(DIGIT, 4)) {
      long ink = Arrays.stream(segment).filter(pixel -> image[pixel] > 0).count();
      mixedInGrid += (int) Math.min(ink, segment.length - ink);
    }
    assertThat(mixedInGrid).isGreaterThan(70);
    assertThat(mixed).isZero();
  }

  private static float[] ring() {
    float[] image = new float[784];
    for (int pixel = 0; pixel < 784; pixel++) {
      double radius = Math.hypot(pixel / 28 - 13.5, pixel % 28 - 13.5);
      image[pixel] = radius > 6 && radius < 10 ? 255 : 0;
    }
    return image;
  }

  private static boolean isConnected(int[] segment) {
    boolean[] open = new boolean[784];
    Arrays.stream(segment).forEach(pixel -> open[pixel] = true);
    return filled(segment[0], open) == segment.length;
  }

  private static int filled(int pixel, boolean[] open) {
    if (!open[pixel]) {
      return 0;
    }
    open[pixel] = false;
    int x = pixel % 28;
    return 1
        + (x > 0 ? filled(pixel - 1, open) : 0)
        + (x < 27 ? filled(pixel + 1, open) : 0)
        + (pixel >= 28 ? filled(pixel - 28, open) : 0)
        + (pixel < 756 ? filled(pixel + 28, open) : 0);
  }
}
