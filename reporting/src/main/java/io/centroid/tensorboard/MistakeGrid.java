package io.centroid.tensorboard;

import io.centroid.data.InputShape;
import io.centroid.evaluate.Mistake;
import java.awt.AWTError;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

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
  Summaries.Png draw(List<Mistake> mistakes) throws IOException {
    int scale = Math.max(1, CELL / Math.max(shape.width(), shape.height()));
    int width = Math.max(CELL, scale * shape.width()) + GAP;
    int height = scale * shape.height() + CAPTION + GAP;
    int columns = Math.min(COLUMNS, mistakes.size());
    int rows = (mistakes.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage image =
        new BufferedImage(columns * width, rows * height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, 0xffffff);
      }
    }
    for (int i = 0; i < mistakes.size(); i++) {
      paint(image, i % COLUMNS * width, i / COLUMNS * height, scale, mistakes.get(i).pixels());
    }
    caption(image, mistakes, width, height);
    return new Summaries.Png(image.getWidth(), image.getHeight(), png(image));
  }

  private void paint(BufferedImage image, int left, int top, int scale, byte[] pixels) {
    int plane = shape.width() * shape.height();
    for (int y = 0; y < scale * shape.height(); y++) {
      for (int x = 0; x < scale * shape.width(); x++) {
        int at = y / scale * shape.width() + x / scale;
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          int from = shape.channels() == 3 ? channel * plane : 0;
          rgb = rgb << 8 | pixels[from + at] & 0xff;
        }
        image.setRGB(left + x, top + y, rgb);
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

  private static byte[] png(BufferedImage image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(image);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
