package io.centroid.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PngTest {
  @Test
  void anotherReaderSeesTheSameGrays() throws IOException {
    byte[] pixels = {0, 1, 2, 3, (byte) 254, (byte) 255};
    BufferedImage image = read(Png.encode(1, 2, 3, pixels));
    assertThat(image.getWidth()).isEqualTo(3);
    assertThat(image.getHeight()).isEqualTo(2);
    assertThat(image.getRaster().getPixels(0, 0, 3, 2, (int[]) null))
        .containsExactly(0, 1, 2, 3, 254, 255);
  }

  @Test
  void anotherReaderSeesTheSameColors() throws IOException {
    byte[] red = {10, 20};
    byte[] pixels = {red[0], red[1], 30, 40, 50, 60};
    BufferedImage image = read(Png.encode(3, 1, 2, pixels));
    assertThat(image.getRGB(0, 0)).isEqualTo(0xFF0A1E32);
    assertThat(image.getRGB(1, 0)).isEqualTo(0xFF14283C);
  }

  /** The compressed data is longer than one piece. */
  @Test
  void largeImagesAreComplete() throws IOException {
    byte[] pixels = new byte[300 * 200];
    new Random(1).nextBytes(pixels);
    BufferedImage image = read(Png.encode(1, 300, 200, pixels));
    int[] found = image.getRaster().getPixels(0, 0, 200, 300, (int[]) null);
    for (int i = 0; i < pixels.length; i++) {
      assertThat(found[i]).isEqualTo(pixels[i] & 0xFF);
    }
  }

  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
