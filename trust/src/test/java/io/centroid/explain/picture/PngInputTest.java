package io.centroid.explain.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.InputShape;
import io.centroid.error.InputException;
import io.centroid.image.Png;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngInputTest {
  @Test
  void aGrayImageOfTheModelsShapeIsReadExactly() {
    byte[] pixels = {0, 1, 100, (byte) 200, (byte) 254, (byte) 255};
    assertThat(PngInput.read("a.png", Png.encode(1, 2, 3, pixels), new InputShape(1, 2, 3)))
        .containsExactly(0, 1, 100, 200, 254, 255);
  }

  @Test
  void channelsAreReadInOrder() {
    byte[] pixels = {10, 20, 30, 40, 50, 60};
    assertThat(PngInput.read("a.png", Png.encode(3, 1, 2, pixels), new InputShape(3, 1, 2)))
        .containsExactly(10, 20, 30, 40, 50, 60);
    assertThat(PngInput.read("a.png", Png.encode(3, 1, 2, pixels), new InputShape(1, 1, 2))[0])
        .isBetween(26.3f, 26.4f); // 0.299 * 10 + 0.587 * 30 + 0.114 * 50
  }

  /** Written by the JDK: gray values 100 and 200, the second one with an alpha of a half. */
  @ParameterizedTest
  @ValueSource(ints = {DataBuffer.TYPE_BYTE, DataBuffer.TYPE_USHORT})
  void transparentGrayIsReadOverBlack(int type) throws IOException {
    int unit = type == DataBuffer.TYPE_BYTE ? 1 : 257;
    ColorModel gray =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY),
            true,
            false,
            Transparency.TRANSLUCENT,
            type);
    WritableRaster raster = gray.createCompatibleWritableRaster(2, 1);
    raster.setPixel(0, 0, new int[] {100 * unit, 255 * unit});
    raster.setPixel(1, 0, new int[] {200 * unit, 128 * unit});
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    assertThat(ImageIO.write(new BufferedImage(gray, raster, false, null), "png", png)).isTrue();
    assertThat(PngInput.read("a.png", png.toByteArray(), new InputShape(1, 1, 2)))
        .containsExactly(100, 100);
  }

  @Test
  void aLargerImageIsScaledByMeans() {
    byte[] pixels = new byte[64 * 64];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % 64 < 32 ? 0 : i / 64 % 2 == 0 ? 255 : 0);
    }
    float[] read = PngInput.read("a.png", Png.encode(1, 64, 64, pixels), new InputShape(1, 4, 4));
    for (int row = 0; row < 4; row++) {
      assertThat(read[4 * row]).isZero();
      assertThat(read[4 * row + 3]).isBetween(100f, 155f);
    }
  }

  @Test
  void whatIsNoPngIsRejected() {
    assertRejected(new byte[0], "a.png: format: expected a PNG file, found another");
    assertRejected("GIF89a and more of it".getBytes(StandardCharsets.US_ASCII), "a.png: format");
    // A text in place of the header, then the end.
    assertRejected(
        HexFormat.of().parseHex("89504e470d0a1a0a00000000744558744eb9c1b9"), "no header");
  }

  @Test
  void tooLargeAnImageIsRejectedBeforeItIsDecoded() {
    byte[] large = Png.encode(1, 1, 4097, new byte[4097]);
    assertRejected(large, "a.png: size: expected at most 4096 x 4096, found 4097 x 1");
  }

  @Test
  void damagedFilesAreRejected() {
    byte[] png = Png.encode(1, 2, 3, new byte[6]);
    for (int length = 0; length < png.length; length++) {
      assertRejected(Arrays.copyOf(png, length), "a.png: ");
    }
    for (int bit = 0; bit < 8 * png.length; bit++) {
      byte[] flipped = png.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertRejected(flipped, "a.png: ");
    }
  }

  /** The checksums are right, but there are pixels of one row for two. */
  @Test
  void missingPixelsAreRejected() {
    byte[] one = Png.encode(1, 1, 3, new byte[3]);
    byte[] header = Arrays.copyOf(Png.encode(1, 2, 3, new byte[6]), 33);
    System.arraycopy(header, 0, one, 0, header.length);
    assertRejected(one, "a.png: damaged PNG file");
  }

  private static void assertRejected(byte[] png, String message) {
    assertThatThrownBy(() -> PngInput.read("a.png", png, new InputShape(1, 2, 3)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }
}
