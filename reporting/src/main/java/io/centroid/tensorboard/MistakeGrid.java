package io.centroid.tensorboard;

import io.centroid.data.InputShape;
import io.centroid.evaluate.Mistake;
import io.centroid.image.Canvas;
import java.util.ArrayList;
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

  /**
   * Draws the images; a Java runtime without fonts draws no classes: {@link #list} has them too.
   */
  Summaries.Png draw(List<Mistake> mistakes) {
    int scale = Math.max(1, CELL / Math.max(shape.width(), shape.height()));
    int width = Math.max(CELL, scale * shape.width()) + GAP;
    int height = scale * shape.height() + CAPTION + GAP;
    int columns = Math.min(COLUMNS, mistakes.size());
    int rows = (mistakes.size() + COLUMNS - 1) / COLUMNS;
    Canvas canvas = new Canvas(columns * width, rows * height);
    List<Canvas.Caption> captions = new ArrayList<>();
    for (int i = 0; i < mistakes.size(); i++) {
      Mistake mistake = mistakes.get(i);
      int left = i % COLUMNS * width;
      int top = i / COLUMNS * height;
      canvas.paint(left, top, scale, shape.width(), colors(mistake.pixels()));
      int line = top + height - GAP - CAPTION + LINE;
      captions.add(caption(name(mistake.actual()), left, line, width - GAP));
      captions.add(caption(predicted(mistake), left, line + LINE, width - GAP));
    }
    canvas.write(captions);
    return new Summaries.Png(canvas.width(), canvas.height(), canvas.png());
  }

  private static Canvas.Caption caption(String text, int left, int baseline, int room) {
    return new Canvas.Caption(text, left, baseline, room, LINE - 2);
  }

  private int[] colors(byte[] pixels) {
    int plane = shape.width() * shape.height();
    int green = shape.channels() == 3 ? plane : 0;
    int[] colors = new int[plane];
    for (int at = 0; at < plane; at++) {
      colors[at] =
          (pixels[at] & 0xff) << 16
              | (pixels[green + at] & 0xff) << 8
              | pixels[2 * green + at] & 0xff;
    }
    return colors;
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
