package io.centroid.tensorboard;

import io.centroid.data.InputShape;
import io.centroid.evaluate.Mistake;
import io.centroid.image.Png;
import java.awt.AWTError;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.awt.image.DirectColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A picture of misclassified images in rows of five, each above its actual and predicted class. */
final class MistakeGrid {
  private static final int COLUMNS = 5;
  private static final int CELL = 112;
  private static final int LINE = 20;
  private static final int CAPTION = 2 * LINE + 4;
  private static final int GAP = 6;

  private final InputShape shape;
  private final List<String> classNames;

  /**
   * Creates a grid for images of a shape.
   *
   * @param classNames names of the classes; empty if they are numbered
   */
  MistakeGrid(InputShape shape, List<String> classNames) {
    this.shape = shape;
    this.classNames = classNames;
  }

  /** Draws the images. */
  Summaries.Png draw(List<Mistake> mistakes) {
    int scale = Math.max(1, CELL / Math.max(shape.width(), shape.height()));
    int width = Math.max(CELL, scale * shape.width()) + GAP;
    int height = scale * shape.height() + CAPTION + GAP;
    int columns = Math.min(COLUMNS, mistakes.size());
    int rows = (mistakes.size() + COLUMNS - 1) / COLUMNS;
    int[] rgb = new int[columns * width * rows * height];
    Arrays.fill(rgb, 0xffffff);
    for (int i = 0; i < mistakes.size(); i++) {
      int at = i / COLUMNS * height * columns * width + i % COLUMNS * width;
      paint(rgb, at, columns * width, scale, mistakes.get(i).pixels());
    }
    BufferedImage image = image(columns * width, rows * height, rgb);
    caption(image, mistakes, width, height);
    return new Summaries.Png(
        image.getWidth(),
        image.getHeight(),
        Png.encode(3, image.getHeight(), image.getWidth(), planes(rgb)));
  }

  /** An image whose pixels are an array, 24 bits each. */
  private static BufferedImage image(int width, int height, int[] rgb) {
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

  private static byte[] planes(int[] rgb) {
    byte[] planes = new byte[3 * rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      planes[i] = (byte) (rgb[i] >> 16);
      planes[rgb.length + i] = (byte) (rgb[i] >> 8);
      planes[2 * rgb.length + i] = (byte) rgb[i];
    }
    return planes;
  }

  /** Paints an image, enlarged, from an index of the picture on. */
  private void paint(int[] rgb, int from, int stride, int scale, byte[] pixels) {
    int plane = shape.width() * shape.height();
    int green = shape.channels() == 3 ? plane : 0;
    int[] row = new int[scale * shape.width()];
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < row.length; x++) {
        int at = y * shape.width() + x / scale;
        row[x] =
            (pixels[at] & 0xff) << 16
                | (pixels[green + at] & 0xff) << 8
                | pixels[2 * green + at] & 0xff;
      }
      for (int copy = 0; copy < scale; copy++) {
        System.arraycopy(row, 0, rgb, from + (y * scale + copy) * stride, row.length);
      }
    }
  }

  /** A Java runtime without fonts draws the images alone; {@link #list} has the classes too. */
  private void caption(BufferedImage image, List<Mistake> mistakes, int width, int height) {
    try {
      Graphics2D graphics = image.createGraphics();
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setColor(Color.BLACK);
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, LINE - 2));
      for (int i = 0; i < mistakes.size(); i++) {
        int left = i % COLUMNS * width;
        int top = i / COLUMNS * height;
        int line = top + height - GAP - CAPTION + LINE;
        Mistake mistake = mistakes.get(i);
        graphics.setClip(left, top, width - GAP, height);
        graphics.drawString(name(mistake.actual()), left, line);
        graphics.drawString(predicted(mistake), left, line + LINE);
      }
      graphics.dispose();
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      // No fonts, or a display that does not answer.
    }
  }

  /** The classes as text, row by row. */
  String list(List<Mistake> mistakes) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < mistakes.size(); i++) {
      lines.append(
          String.format(
              Locale.ROOT,
              "row %d, column %d: %s %s\n",
              i / COLUMNS + 1,
              i % COLUMNS + 1,
              name(mistakes.get(i).actual()),
              predicted(mistakes.get(i))));
    }
    return lines.toString();
  }

  private String predicted(Mistake mistake) {
    return String.format(
        Locale.ROOT, "as %s, %.0f %%", name(mistake.predicted()), 100 * mistake.probability());
  }

  private String name(int label) {
    return classNames.isEmpty() ? Integer.toString(label) : classNames.get(label);
  }
}
