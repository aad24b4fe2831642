package io.centroid.image;

import java.awt.AWTError;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.awt.image.DirectColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** A white picture of 24 bits per pixel, into which images, enlarged, and captions are painted. */
public final class Canvas {
  private final int width;
  private final int height;
  private final int[] rgb;

  /** Creates a white picture; sizes in pixels. */
  public Canvas(int width, int height) {
    this.width = width;
    this.height = height;
    this.rgb = new int[Math.multiplyExact(width, height)];
    Arrays.fill(rgb, 0xffffff);
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /**
   * A line of text.
   *
   * @param left left end in pixels
   * @param baseline baseline in pixels from the top
   * @param room maximum width in pixels; the rest is cut off
   * @param size font size in pixels
   */
  public record Caption(String text, int left, int baseline, int room, int size) {}

  /**
   * Paints an image.
   *
   * @param left left edge in pixels
   * @param top upper edge in pixels
   * @param scale width and height of each pixel of the image
   * @param columns width of the image; 0 for an empty one
   * @param pixels colors as 0xRRGGBB, row-major
   */
  public void paint(int left, int top, int scale, int columns, int[] pixels) {
    int[] row = new int[scale * columns];
    int rows = columns == 0 ? 0 : pixels.length / columns;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < row.length; x++) {
        row[x] = pixels[y * columns + x / scale];
      }
      for (int copy = 0; copy < scale; copy++) {
        System.arraycopy(row, 0, rgb, (top + y * scale + copy) * width + left, row.length);
      }
    }
  }

  /**
   * Width of a text in pixels; empty if the Java runtime has no font for it.
   *
   * @param size font size in pixels
   */
  public static OptionalDouble width(String text, int size) {
    try {
      Font font = font(size);
      return font.canDisplayUpTo(text) >= 0
          ? OptionalDouble.empty()
          : OptionalDouble.of(
              font.getStringBounds(text, new FontRenderContext(null, true, false)).getWidth());
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      return OptionalDouble.empty();
    }
  }

  private static Font font(int size) {
    return new Font(Font.SANS_SERIF, Font.PLAIN, size);
  }

  /** Writes captions in black; a Java runtime without fonts writes none. */
  public void write(List<Caption> captions) {
    draw(
        graphics -> {
          graphics.setColor(Color.BLACK);
          for (Caption caption : captions) {
            graphics.setFont(font(caption.size));
            graphics.setClip(
                caption.left, caption.baseline - 2 * caption.size, caption.room, 3 * caption.size);
            graphics.drawString(caption.text, caption.left, caption.baseline);
          }
        });
  }

  /**
   * Draws shapes and texts.
   *
   * @return false if the Java runtime has no fonts, or cannot draw
   */
  public boolean draw(Consumer<Graphics2D> shapes) {
    try {
      Graphics2D graphics = image().createGraphics();
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      shapes.accept(graphics);
      graphics.dispose();
      return true;
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      // No fonts, or a display that does not answer.
      return false;
    }
  }

  /** The picture as PNG. */
  public byte[] png() {
    byte[] planes = new byte[3 * rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      planes[i] = (byte) (rgb[i] >> 16);
      planes[rgb.length + i] = (byte) (rgb[i] >> 8);
      planes[2 * rgb.length + i] = (byte) rgb[i];
    }
    return Png.encode(3, height, width, planes);
  }

  /** An image that shares the pixels. */
  private BufferedImage image() {
    WritableRaster raster =
        Raster.createPackedRaster(
            new DataBufferInt(rgb, rgb.length),
            width,
            height,
            width,
            new int[] {0xff0000, 0xff00, 0xff},
            null);
    return new BufferedImage(new DirectColorModel(24, 0xff0000, 0xff00, 0xff), raster, false, null);
  }
}
