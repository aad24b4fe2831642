package io.centroid.explain.picture;

import io.centroid.image.Canvas;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A white picture of shapes and texts, as SVG 1.1 or as PNG. Coordinates are pixels. */
public final class Figure {
  private static final int FONT = 13;
  private static final int INK = 0x1C2430;
  private static final double OPACITY = 0.8;

  /** The Hangul of Unicode, after which the scripts with wide characters come. */
  private static final int FIRST_WIDE = 0x1100;

  private static final String NARROW = "iljtfrI.,:;'`|!()[]{}-/\" ";
  private static final String WIDE = "mwMW@%";

  /** Pixels of a PNG per pixel of the picture. */
  private static final int SCALE = 2;

  private final int width;
  private final int height;
  private final List<Shape> shapes = new ArrayList<>();

  private sealed interface Shape {
    /** An SVG element; texts are escaped, all else are numbers and constants. */
    String svg();

    void paint(Graphics2D graphics);
  }

  private record Rectangle(double x, double y, double width, double height, int color)
      implements Shape {
    @Override
    public String svg() {
      return format(
          "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
          x, y, width, height, Diverging.hex(color));
    }

    @Override
    public void paint(Graphics2D graphics) {
      graphics.setColor(new Color(color));
      graphics.fill(new Rectangle2D.Double(x, y, width, height));
    }
  }

  private record Circle(double x, double y, double radius, int color) implements Shape {
    @Override
    public String svg() {
      return format(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" fill-opacity=\"%.1f\"/>",
          x, y, radius, Diverging.hex(color), OPACITY);
    }

    @Override
    public void paint(Graphics2D graphics) {
      graphics.setColor(new Color((int) Math.round(255 * OPACITY) << 24 | color, true));
      graphics.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }
  }

  private record Line(double x1, double y1, double x2, double y2, int color) implements Shape {
    @Override
    public String svg() {
      return format(
          "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
          x1, y1, x2, y2, Diverging.hex(color));
    }

    @Override
    public void paint(Graphics2D graphics) {
      graphics.setColor(new Color(color));
      graphics.draw(new Line2D.Double(x1, y1, x2, y2));
    }
  }

  private record Text(double x, double y, Anchor anchor, String text) implements Shape {
    @Override
    public String svg() {
      return format(
          "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>",
          x, y, anchor.name().toLowerCase(Locale.ROOT), Diverging.hex(INK), escaped(text));
    }

    @Override
    public void paint(Graphics2D graphics) {
      graphics.setColor(new Color(INK));
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT));
      double wide = graphics.getFontMetrics().getStringBounds(text, graphics).getWidth();
      graphics.drawString(text, (float) (x - anchor.share * wide), (float) y);
    }
  }

  /** What of a text is at its position. */
  enum Anchor {
    START(0),
    MIDDLE(0.5),
    END(1);

    private final double share;

    Anchor(double share) {
      this.share = share;
    }
  }

  Figure(int width, int height) {
    this.width = width;
    this.height = height;
    rectangle(0, 0, width, height, 0xffffff);
  }

  Figure rectangle(double x, double y, double wide, double high, int color) {
    shapes.add(new Rectangle(x, y, wide, high, color));
    return this;
  }

  Figure circle(double x, double y, double radius, int color) {
    shapes.add(new Circle(x, y, radius, color));
    return this;
  }

  Figure line(double x1, double y1, double x2, double y2, int color) {
    shapes.add(new Line(x1, y1, x2, y2, color));
    return this;
  }

  Figure text(double x, double y, Anchor anchor, String text) {
    shapes.add(new Text(x, y, anchor, text));
    return this;
  }

  /** The largest width of a text in pixels, about that of the widest usual sans-serif font. */
  static double width(String text) {
    return text.codePoints().mapToDouble(Figure::em).sum() * FONT;
  }

  /** Width of a character relative to the size of the font. */
  private static double em(int c) {
    if (c >= FIRST_WIDE) {
      return 1;
    }
    if (NARROW.indexOf(c) >= 0) {
      return 0.42;
    }
    if (WIDE.indexOf(c) >= 0) {
      return 1;
    }
    return Character.isLowerCase(c) || Character.isDigit(c) || c == '_' ? 0.65 : 0.84;
  }

  /** The text, without its middle if it is wider than {@code room} pixels. */
  static String shortened(String text, double room) {
    if (width(text) <= room) {
      return text;
    }
    int[] points = text.codePoints().toArray();
    int from = 0;
    int to = points.length;
    double left = room - width("…");
    while (left > 0 && from < to) {
      // The start first, then from both ends.
      boolean atStart = from <= points.length - to;
      left -= FONT * em(points[atStart ? from : to - 1]);
      from += atStart && left >= 0 ? 1 : 0;
      to -= !atStart && left >= 0 ? 1 : 0;
    }
    return new String(points, 0, from) + "…" + new String(points, to, points.length - to);
  }

  /** Text for markup; characters that XML 1.0 does not allow are replaced. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isAllowed(c) ? c : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  private static boolean isAllowed(int c) {
    return c >= 0x20 && c < 0xD800 || c >= 0xE000 && c < 0xFFFE || c >= 0x10000 || c == '\n';
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values) + "\n";
  }

  /** The picture as SVG in UTF-8. */
  public byte[] svg() {
    StringBuilder markup = new StringBuilder();
    markup.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0"
                + " %1$d %2$d\" font-family=\"sans-serif\" font-size=\"%3$d\">",
            width, height, FONT));
    shapes.forEach(shape -> markup.append(shape.svg()));
    return markup.append("</svg>\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The picture as PNG; empty if the Java runtime has no font for its texts. */
  public Optional<byte[]> png() {
    boolean hasFonts =
        shapes.stream()
            .allMatch(
                shape ->
                    !(shape instanceof Text text) || Canvas.width(text.text, FONT).isPresent());
    if (!hasFonts) {
      return Optional.empty();
    }
    Canvas canvas = new Canvas(SCALE * width, SCALE * height);
    boolean isDrawn =
        canvas.draw(
            graphics -> {
              graphics.scale(SCALE, SCALE);
              shapes.forEach(shape -> shape.paint(graphics));
            });
    return isDrawn ? Optional.of(canvas.png()) : Optional.empty();
  }
}
