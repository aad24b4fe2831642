package io.centroid.explain.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.InputShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class HeatMapTest {
  private static final InputShape SHAPE = new InputShape(1, 2, 2);
  private static final int CELL = 168;
  private static final int GAP = 8;

  @Test
  void contributionsAreRedAndBlueOverTheGrayImage() throws IOException {
    BufferedImage image =
        draw(
            new float[] {1, 0, 1, 0},
            List.of(
                new HeatMap.Panel("first", List.of(0.5, -0.5, 0.0, 0.25)),
                new HeatMap.Panel("second", List.of(0.0, 0.0, 0.0, 0.5))));
    assertThat(image.getWidth()).isEqualTo(GAP + 3 * (CELL + GAP));
    // The image itself: white and black.
    assertThat(pixel(image, 0, 0, 0)).isEqualTo(0xFFFFFF);
    assertThat(pixel(image, 0, 1, 0)).isEqualTo(0);
    // 0.9 of the hue at the limit, over the gray of the ink or over white.
    assertThat(pixel(image, 1, 0, 0)).isEqualTo(Diverging.mix(0x8C8C8C, Diverging.RED, 0.9));
    assertThat(pixel(image, 1, 1, 0)).isEqualTo(Diverging.mix(0xFFFFFF, Diverging.BLUE, 0.9));
    assertThat(pixel(image, 1, 0, 1)).isEqualTo(0x8C8C8C);
    assertThat(pixel(image, 1, 1, 1)).isEqualTo(Diverging.mix(0xFFFFFF, Diverging.RED, 0.45));
    // Both classes have the same scale.
    assertThat(pixel(image, 2, 0, 0)).isEqualTo(0x8C8C8C);
    assertThat(pixel(image, 2, 1, 1)).isEqualTo(Diverging.mix(0xFFFFFF, Diverging.RED, 0.9));
  }

  @Test
  void withoutContributionsTheImageIsGray() throws IOException {
    BufferedImage image =
        draw(new float[4], List.of(new HeatMap.Panel("none", List.of(0.0, 0.0, 0.0, 0.0))));
    assertThat(pixel(image, 1, 0, 0)).isEqualTo(0xFFFFFF);
  }

  @Test
  void channelsOfAPixelAreAdded() throws IOException {
    HeatMap map = new HeatMap(new InputShape(3, 1, 2), new float[] {1, 0, 0, 0, 0, 0});
    BufferedImage image =
        read(
            map.draw(
                "color",
                List.of(new HeatMap.Panel("a", List.of(0.5, 1.0, 0.25, 0.0, -0.75, 0.0)))));
    assertThat(pixel(image, 0, 0, 0)).isEqualTo(0xFF0000);
    assertThat(pixel(image, 1, 0, 0)).isEqualTo(0xD9D9D9);
    assertThat(pixel(image, 1, 1, 0)).isEqualTo(Diverging.mix(0xFFFFFF, Diverging.RED, 0.9));
  }

  private static BufferedImage draw(float[] pixels, List<HeatMap.Panel> panels) throws IOException {
    return read(new HeatMap(SHAPE, pixels).draw("image", panels));
  }

  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  /** Color in the middle of a pixel of a panel. */
  private static int pixel(BufferedImage image, int panel, int x, int y) {
    int scale = CELL / 2;
    int left = GAP + panel * (CELL + GAP) + x * scale + scale / 2;
    return image.getRGB(left, GAP + y * scale + scale / 2) & 0xFFFFFF;
  }
}
