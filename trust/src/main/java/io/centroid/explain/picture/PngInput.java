package io.centroid.explain.picture;

import io.centroid.data.InputShape;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads a PNG file as the input of a model. */
public final class PngInput {
  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int HEADER = 0x49484452; // IHDR
  private static final int END = 0x49454E44; // IEND
  private static final int MOST_SIDE = 4096;

  private PngInput() {}

  /**
   * Reads an image, scaled to a shape. Transparent pixels are black.
   *
   * @param file name for messages
   * @param png content of the file
   * @param shape shape with 1 channel (gray) or 3 (red, green, blue)
   * @return values from 0 to 255, channel by channel, row-major
   * @throws InputException if it is not a PNG file of at most 4096 x 4096 pixels
   */
  public static float[] read(String file, byte[] png, InputShape shape) {
    if (shape.channels() != 1 && shape.channels() != 3) {
      throw new InputException(
          file + ": the model takes " + shape.channels() + " channels, expected 1 or 3 for a PNG");
    }
    BufferedImage image = scaled(decode(file, png), shape.width(), shape.height());
    int plane = shape.height() * shape.width();
    float[] values = new float[shape.size()];
    for (int i = 0; i < plane; i++) {
      int rgb = image.getRGB(i % shape.width(), i / shape.width());
      int red = rgb >> 16 & 0xff;
      int green = rgb >> 8 & 0xff;
      int blue = rgb & 0xff;
      if (shape.channels() == 1) {
        // Luma of ITU-R BT.601.
        values[i] =
            red == green && green == blue ? red : 0.299f * red + 0.587f * green + 0.114f * blue;
      } else {
        values[i] = red;
        values[plane + i] = green;
        values[2 * plane + i] = blue;
      }
    }
    return values;
  }

  private static BufferedImage decode(String file, byte[] png) {
    requireComplete(file, png);
    int width = ByteBuffer.wrap(png).getInt(16);
    int height = ByteBuffer.wrap(png).getInt(20);
    if (width < 1 || height < 1 || width > MOST_SIDE || height > MOST_SIDE) {
      throw InputErrors.of(
          file,
          "size",
          "at most " + MOST_SIDE + " x " + MOST_SIDE,
          Integer.toUnsignedString(width) + " x " + Integer.toUnsignedString(height));
    }
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    try {
      // In memory: ImageIO.read writes a temporary file. Without metadata, which may be compressed.
      reader.setInput(
          new MemoryCacheImageInputStream(new ByteArrayInputStream(png)),
          /* seekForwardOnly= */ true,
          /* ignoreMetadata= */ true);
      return withoutAlpha(reader.read(0));
    } catch (IOException | RuntimeException e) {
      // The JDK's reader has runtime exceptions for damaged files, too.
      throw InputErrors.of(file, "damaged PNG file: " + e.getMessage(), e);
    } finally {
      reader.dispose();
    }
  }

  /** Gray with alpha, over black; Java2D would take its gray values for linear ones. */
  private static BufferedImage withoutAlpha(BufferedImage image) {
    Raster raster = image.getRaster();
    if (raster.getNumBands() != 2) {
      return image;
    }
    double most = (1 << image.getColorModel().getComponentSize(0)) - 1;
    BufferedImage gray =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        double value = raster.getSample(x, y, 0) / most * raster.getSample(x, y, 1) / most;
        gray.getRaster().setSample(x, y, 0, (int) Math.round(255 * value));
      }
    }
    return gray;
  }

  /** Checks lengths and checksums of the chunks, which the JDK's reader does not. */
  private static void requireComplete(String file, byte[] png) {
    ByteBuffer content = ByteBuffer.wrap(png);
    if (png.length < 8 || content.getLong() != SIGNATURE) {
      throw InputErrors.of(file, "format", "a PNG file", "another");
    }
    int type = 0;
    while (type != END) {
      int at = content.position();
      int length = content.remaining() < 12 ? -1 : content.getInt();
      if (length < 0 || length > content.remaining() - 8) {
        throw InputErrors.of(file, "damaged PNG file: the chunk at byte " + at + " is cut");
      }
      type = content.getInt();
      if (at == 8 && (type != HEADER || length != 13)) {
        throw InputErrors.of(file, "damaged PNG file: no header");
      }
      CRC32 sum = new CRC32();
      sum.update(png, at + 4, 4 + length);
      if (content.position(at + 8 + length).getInt() != (int) sum.getValue()) {
        throw InputErrors.of(file, "damaged PNG file: wrong checksum of the chunk at byte " + at);
      }
    }
  }

  /** Halves the image while it is more than twice as large, so that every pixel counts. */
  private static BufferedImage scaled(BufferedImage image, int width, int height) {
    int halfWidth = Math.max(width, image.getWidth() / 2);
    int halfHeight = Math.max(height, image.getHeight() / 2);
    boolean isLast = halfWidth == width && halfHeight == height;
    BufferedImage scaled = new BufferedImage(halfWidth, halfHeight, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, halfWidth, halfHeight, null);
    graphics.dispose();
    return isLast ? scaled : scaled(scaled, width, height);
  }
}
