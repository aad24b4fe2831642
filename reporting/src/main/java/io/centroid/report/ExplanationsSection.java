package io.centroid.report;

import io.centroid.report.ExplanationsRecord.Example;
import io.centroid.report.ExplanationsRecord.OutputAttribution;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Explained predictions: heat maps, colored words, and the features that contribute most.
 *
 * @param record content of {@code explanations.json}
 * @param files pictures and plots by name
 */
record ExplanationsSection(ExplanationsRecord record, Map<String, byte[]> files) {
  /** Examples and plots with a picture, which is part of the page. */
  static final int MOST_EXAMPLES = 24;

  private static final int MOST_FEATURES = 10;
  private static final int SHADES = 8;

  void write(Html html) {
    html.open("section")
        .element("h2", "Explanations")
        .element(
            "p",
            "How much each input contributes to the predicted output, compared with an unknown"
                + " input, by the method "
                + record.method()
                + ". Red raises the output, blue lowers it.",
            "class",
            "quiet");
    for (String plot : record.plots()) {
      image(html, plot, "importance of the features, " + plot, "plot");
    }
    record.examples().stream().limit(MOST_EXAMPLES).forEach(example -> example(html, example));
    if (record.examples().size() > MOST_EXAMPLES) {
      html.element(
          "p",
          "The first " + MOST_EXAMPLES + " of " + record.examples().size() + " examples.",
          "class",
          "quiet");
    }
    html.close("section");
  }

  private void example(Html html, Example example) {
    OutputAttribution first = example.attributions().get(0);
    String name = record.outputs().get(first.output());
    String title = example.input() + ": " + name + ", " + Numbers.text(first.value());
    html.open("figure", "class", "card explanation")
        .open("figcaption")
        .element("strong", title)
        .element(
            "span",
            (record.method().equals("lime") ? "intercept " : "without the input ")
                + Numbers.text(first.base())
                + (first.error() == null ? "" : "; standard error " + Numbers.text(first.error()))
                + (name.equals(example.predicted()) || example.predicted() == null
                    ? ""
                    : "; predicted " + example.predicted())
                + (example.target() == null ? "" : "; true value " + example.target()),
            "class",
            "quiet")
        .close("figcaption");
    switch (record.kind()) {
      case TEXT -> words(html, example.words(), first);
      case TABLE -> columns(html, example, first);
      case IMAGE -> image(html, example.picture(), "contributions to " + title, "heat");
    }
    html.close("figure");
  }

  private void image(Html html, @Nullable String file, String alt, String kind) {
    byte[] content = file == null ? null : files.get(file);
    if (file == null || content == null) {
      return;
    }
    String type = file.endsWith(".svg") ? "image/svg+xml" : "image/png";
    html.open(
        "img",
        "class",
        kind,
        "src",
        "data:" + type + ";base64," + Base64.getEncoder().encodeToString(content),
        "alt",
        alt);
  }

  private static void words(Html html, List<String> words, OutputAttribution attribution) {
    double largest = Math.max(Double.MIN_NORMAL, attribution.largest());
    html.open("p", "class", "words");
    for (int i = 0; i < words.size(); i++) {
      double contribution = attribution.contributions().get(i);
      long shade = Math.round(SHADES * Math.abs(contribution) / largest);
      html.open(
              "span",
              "class",
              shade == 0 ? "" : (contribution > 0 ? "plus" : "minus") + shade,
              "title",
              Numbers.text(contribution))
          .text(words.get(i))
          .markup("</span>");
    }
    html.close("p");
  }

  private void columns(Html html, Example example, OutputAttribution attribution) {
    List<Double> contributions = attribution.contributions();
    List<List<String>> rows = new ArrayList<>();
    IntStream.range(0, contributions.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -Math.abs(contributions.get(i))))
        .limit(MOST_FEATURES)
        .forEach(
            i ->
                rows.add(
                    List.of(
                        i < record.features().size() ? record.features().get(i) : "column " + i,
                        value(example, i),
                        Numbers.text(contributions.get(i)))));
    html.table(
        "Contributions to " + example.input(), List.of("feature", "value", "contribution"), rows);
  }

  private static String value(Example example, int column) {
    return column < example.inputs().size() ? Numbers.text(example.inputs().get(column)) : "–";
  }
}
