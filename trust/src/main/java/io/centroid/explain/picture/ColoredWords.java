package io.centroid.explain.picture;

import io.centroid.image.Canvas;
import io.centroid.image.Canvas.Caption;
import io.centroid.report.ExplanationsRecord.OutputAttribution;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A text whose words have the colors of their contributions: a paragraph for each explained class.
 * All classes share one color scale.
 *
 * @param words pieces of the text, each with one word
 * @param names names of the outputs
 */
public record ColoredWords(
    List<String> words, List<String> names, List<OutputAttribution> attributions) {
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";
  private static final int WHITE = 0xffffff;
  private static final int WIDTH = 720;
  private static final int MARGIN = 12;
  private static final int FONT = 16;
  private static final int LINE = 28;

  /** Height of a word's color. */
  private static final int COLOR = 22;

  /**
   * An HTML page in UTF-8.
   *
   * @param title title of the page
   */
  public byte[] page(String title) {
    StringBuilder html = new StringBuilder();
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width\">\n")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        .append(POLICY)
        .append("\">\n<title>")
        .append(Figure.escaped(title))
        .append("</title>\n<style>body { font: 16px/1.9 sans-serif; max-width: 800px;")
        .append(" margin: 24px auto; padding: 0 12px; color: #1c2430; background: #fff }")
        .append(" span { border-radius: 3px; padding: 1px 0 } p { white-space: pre-wrap;")
        .append(" overflow-wrap: anywhere }</style></head><body>\n<h1>")
        .append(Figure.escaped(title))
        .append("</h1>\n<p>Red words raise the output, blue words lower it.</p>\n");
    for (OutputAttribution attribution : attributions) {
      html.append("<h2>").append(Figure.escaped(heading(attribution))).append("</h2>\n<p>");
      for (int i = 0; i < words.size(); i++) {
        html.append(
            String.format(
                Locale.ROOT,
                "<span style=\"background: %s\" title=\"%.4f\">%s</span>",
                Diverging.hex(color(attribution, i)),
                attribution.contributions().get(i),
                Figure.escaped(words.get(i))));
      }
      html.append("</p>\n");
    }
    return html.append("</body></html>\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private String heading(OutputAttribution attribution) {
    return String.format(
        Locale.ROOT, "%s, %.4f", names.get(attribution.output()), attribution.value());
  }

  /** At most half of the color, so that black text stays readable. */
  private int color(OutputAttribution attribution, int word) {
    double limit = attributions.stream().mapToDouble(OutputAttribution::largest).max().orElse(0);
    double contribution = attribution.contributions().get(word);
    return Diverging.over(WHITE, limit == 0 ? 0 : contribution / limit / 2);
  }

  /** A PNG file; empty if the Java runtime has no font for the text. */
  public Optional<byte[]> png() {
    List<Caption> captions = new ArrayList<>();
    List<Integer> colors = new ArrayList<>();
    int baseline = MARGIN + FONT;
    for (OutputAttribution attribution : attributions) {
      if (Canvas.width(heading(attribution), FONT).isEmpty()) {
        return Optional.empty();
      }
      captions.add(new Caption(heading(attribution), MARGIN, baseline, WIDTH - 2 * MARGIN, FONT));
      colors.add(WHITE);
      baseline += LINE;
      double left = MARGIN;
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i).replaceAll("\\s+", " ");
        OptionalDouble width = Canvas.width(word, FONT);
        if (width.isEmpty()) {
          return Optional.empty();
        }
        if (left > MARGIN && left + width.getAsDouble() > WIDTH - MARGIN) {
          left = MARGIN;
          baseline += LINE;
        }
        int end = (int) Math.min(WIDTH - MARGIN, Math.ceil(left + width.getAsDouble()));
        captions.add(new Caption(word, (int) left, baseline, end - (int) left, FONT));
        colors.add(color(attribution, i));
        left += width.getAsDouble();
      }
      baseline += LINE + MARGIN;
    }
    Canvas canvas = new Canvas(WIDTH, baseline - LINE);
    for (int i = 0; i < captions.size(); i++) {
      Caption caption = captions.get(i);
      int[] pixels = new int[caption.room() * COLOR];
      Arrays.fill(pixels, colors.get(i));
      canvas.paint(caption.left(), caption.baseline() - FONT, 1, caption.room(), pixels);
    }
    canvas.write(captions);
    return Optional.of(canvas.png());
  }
}
