package io.centroid.explain.picture;

import io.centroid.data.InputShape;
import io.centroid.image.Canvas;
import io.centroid.image.Canvas.Caption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A picture of an explained image: the image, and for each explained class the contributions of its
 * pixels over a gray version of it. All classes share one color scale, which ends at the 99th
 * percentile of the absolute contributions that are not 0.
 *
 * @param shape shape of the image
 * @param pixels values from 0 to 1, channel by channel, row-major
 */
public record HeatMap(InputShape shape, float[] pixels) {
  private static final int CELL = 168;
  private static final int LINE = 18;
  private static final int FONT = 14;
  private static final int GAP = 8;
  private static final double PERCENTILE = 0.99;

  /** Darkness of the gray version, from 0 to 1. */
  private static final double GRAY = 0.45;

  /**
   * Contributions to one class.
   *
   * @param title name and probability of the class
   * @param contributions one number per value of the image
   */
  public record Panel(String title, List<Double> contributions) {}

  /**
   * Draws the picture.
   *
   * @param title caption of the image
   * @return a PNG file
   */
  public byte[] draw(String title, List<Panel> panels) {
    return draw(panels, title);
  }

  /** Whether the Java runtime has a font for a caption. */
  public static boolean canShow(String caption) {
    return Canvas.width(caption, FONT).isPresent();
  }

  /** Draws one panel over white, without an image. */
  public static byte[] ofPanel(InputShape shape, Panel panel) {
    return new HeatMap(shape, new float[shape.size()]).draw(List.of(panel), null);
  }

  private byte[] draw(List<Panel> panels, @Nullable String title) {
    int scale = Math.max(1, CELL / Math.max(shape.width(), shape.height()));
    int width = Math.max(CELL, scale * shape.width()) + GAP;
    int height = scale * shape.height();
    int first = title == null ? 0 : 1;
    Canvas canvas =
        new Canvas(GAP + (panels.size() + first) * width, GAP + height + 2 * LINE + GAP);
    double limit = limit(panels);
    List<Caption> captions = new ArrayList<>();
    int baseline = GAP + height + LINE;
    if (title != null) {
      canvas.paint(GAP, GAP, scale, shape.width(), original());
      captions.add(new Caption(title, GAP, baseline, width - GAP, FONT));
    }
    for (int i = 0; i < panels.size(); i++) {
      int left = GAP + (i + first) * width;
      canvas.paint(left, GAP, scale, shape.width(), heat(panels.get(i).contributions(), limit));
      captions.add(new Caption(panels.get(i).title(), left, baseline, width - GAP, FONT));
      captions.add(
          new Caption(
              String.format(Locale.ROOT, "blue -%1$.2g, red +%1$.2g", limit),
              left,
              baseline + LINE,
              width - GAP,
              FONT - 2));
    }
    canvas.write(captions);
    return canvas.png();
  }

  private int plane() {
    return shape.height() * shape.width();
  }

  private int[] original() {
    int[] colors = new int[plane()];
    int green = shape.channels() == 3 ? plane() : 0;
    for (int i = 0; i < colors.length; i++) {
      colors[i] =
          level(pixels[i]) << 16 | level(pixels[green + i]) << 8 | level(pixels[2 * green + i]);
    }
    return colors;
  }

  private static int level(double value) {
    return (int) Math.round(255 * Math.max(0, Math.min(1, value)));
  }

  private int[] heat(List<Double> contributions, double limit) {
    int[] colors = new int[plane()];
    double[] sums = sums(contributions);
    for (int i = 0; i < colors.length; i++) {
      double ink = 0;
      for (int channel = 0; channel < shape.channels(); channel++) {
        ink += pixels[channel * plane() + i] / shape.channels();
      }
      int gray = level(1 - GRAY * ink) * 0x010101;
      colors[i] = Diverging.over(gray, limit == 0 ? 0 : sums[i] / limit);
    }
    return colors;
  }

  /** Contributions of the pixels, over their channels. */
  private double[] sums(List<Double> contributions) {
    double[] sums = new double[plane()];
    for (int i = 0; i < contributions.size(); i++) {
      sums[i % plane()] += contributions.get(i);
    }
    return sums;
  }

  private double limit(List<Panel> panels) {
    double[] sizes =
        panels.stream()
            .flatMapToDouble(panel -> Arrays.stream(sums(panel.contributions())))
            .map(Math::abs)
            .filter(size -> size > 0)
            .sorted()
            .toArray();
    return sizes.length == 0 ? 0 : sizes[(int) (PERCENTILE * (sizes.length - 1))];
  }
}
