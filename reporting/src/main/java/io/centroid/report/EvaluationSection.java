package io.centroid.report;

import io.centroid.evaluate.Evaluation;
import io.centroid.image.Png;
import io.centroid.run.metrics.RunRecord;
import io.centroid.run.metrics.RunRecord.AreasRecord;
import io.centroid.run.metrics.RunRecord.EvaluationRecord;
import io.centroid.run.metrics.RunRecord.MistakeRecord;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a classifier does with each class: precision and recall, confusions, mistakes. */
record EvaluationSection(String part, EvaluationRecord evaluation, List<String> classNames) {
  /** Characters of a class name above a column of the matrix. */
  private static final int MOST_HEADER = 10;

  /** More classes are shown as a list of the most frequent confusions, not as a matrix. */
  private static final int MOST_MATRIX = 40;

  private static final int MOST_CONFUSIONS = 20;
  private static final int FEW_CLASSES = 20;
  private static final int SHADES = 8;
  private static final int MOST_PIXELS = 1 << 20;

  private record Confusion(int actual, int predicted, long count) {}

  /** The section of the test data, else of the validation data. */
  static Optional<EvaluationSection> of(RunRecord record) {
    for (String part : List.of("test", "validation")) {
      EvaluationRecord found = record.evaluations().get(part);
      if (found != null && !found.confusion().isEmpty()) {
        return Optional.of(new EvaluationSection(part, found, record.classNames()));
      }
    }
    return Optional.empty();
  }

  /** Writes the section, or what is wrong with the record. */
  void write(Html html) {
    int classes = evaluation.confusion().size();
    html.open("section").element("h2", "Classes");
    boolean isSquare = evaluation.confusion().stream().allMatch(row -> row.size() == classes);
    if (isSquare) {
      html.element(
          "p",
          Numbers.whole(evaluation.examples()) + " examples of the " + part + " data.",
          "class",
          "quiet");
      Evaluation counts = counts(classes);
      perClass(html, counts, classes);
      if (classes <= MOST_MATRIX) {
        matrix(html, counts);
      } else {
        confusions(html, counts);
      }
    } else {
      html.element("p", "report.json: the confusion matrix is not square", "class", "problem");
    }
    mistakes(html);
    html.close("section");
  }

  private Evaluation counts(int classes) {
    long[][] confusion = new long[classes][classes];
    for (int actual = 0; actual < classes; actual++) {
      for (int predicted = 0; predicted < classes; predicted++) {
        confusion[actual][predicted] =
            Math.max(0, evaluation.confusion().get(actual).get(predicted));
      }
    }
    return new Evaluation(evaluation.examples(), 0, 0, confusion);
  }

  private String name(int label) {
    return label >= 0 && label < classNames.size() ? classNames.get(label) : String.valueOf(label);
  }

  private void perClass(Html html, Evaluation counts, int classes) {
    boolean hasAreas = evaluation.areas().size() == classes;
    List<String> head = new ArrayList<>(List.of("class", "examples", "precision", "recall", "F1"));
    if (hasAreas) {
      head.addAll(List.of("average precision", "ROC AUC"));
    }
    List<List<String>> rows = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  name(label),
                  Numbers.whole(counts.support(label)),
                  Numbers.percent(counts.precision(label)),
                  Numbers.percent(counts.recall(label)),
                  Numbers.percent(counts.f1(label))));
      if (hasAreas) {
        AreasRecord areas = evaluation.areas().get(label);
        row.addAll(List.of(area(areas.averagePrecision()), area(areas.rocArea())));
      }
      rows.add(row);
    }
    if (classes > FEW_CLASSES) {
      html.open("details").element("summary", "Precision and recall of " + classes + " classes");
    }
    html.table("Precision and recall per class", head, rows);
    if (classes > FEW_CLASSES) {
      html.close("details");
    }
  }

  private static String area(@Nullable Double area) {
    return Numbers.percent(area == null ? Double.NaN : area);
  }

  private void matrix(Html html, Evaluation counts) {
    long[][] confusion = counts.confusion();
    long mostErrors = 1;
    for (Confusion wrong : wrong(counts)) {
      mostErrors = Math.max(mostErrors, wrong.count);
    }
    html.element("h3", "Confusion matrix")
        .element("p", "Rows: true class. Columns: predicted class.", "class", "quiet")
        .openTable("Confusion matrix", "numbers matrix")
        .open("thead")
        .open("tr")
        .element("td", "");
    for (int label = 0; label < confusion.length; label++) {
      String name = name(label);
      html.element("th", shortened(name), "scope", "col", "title", name);
    }
    html.close("tr").close("thead").open("tbody");
    for (int actual = 0; actual < confusion.length; actual++) {
      html.open("tr").element("th", name(actual), "scope", "row");
      long support = Math.max(1, counts.support(actual));
      for (int predicted = 0; predicted < confusion.length; predicted++) {
        long count = confusion[actual][predicted];
        boolean isRight = actual == predicted;
        long shade = Math.round(SHADES * count / (double) (isRight ? support : mostErrors));
        html.element("td", Numbers.whole(count), "class", (isRight ? "right" : "wrong") + shade);
      }
      html.close("tr");
    }
    html.close("tbody").closeTable();
  }

  /** A name that a narrow column has room for; the rows have the whole one. */
  private static String shortened(String name) {
    return name.codePointCount(0, name.length()) <= MOST_HEADER
        ? name
        : name.substring(0, name.offsetByCodePoints(0, MOST_HEADER - 1)) + "…";
  }

  private void confusions(Html html, Evaluation counts) {
    html.element("h3", "Most frequent confusions")
        .table(
            "Most frequent confusions",
            List.of("true class", "predicted class", "examples"),
            wrong(counts).stream()
                .sorted(Comparator.comparingLong(Confusion::count).reversed())
                .limit(MOST_CONFUSIONS)
                .map(
                    wrong ->
                        List.of(
                            name(wrong.actual), name(wrong.predicted), Numbers.whole(wrong.count)))
                .toList());
  }

  private static List<Confusion> wrong(Evaluation counts) {
    List<Confusion> wrong = new ArrayList<>();
    long[][] confusion = counts.confusion();
    for (int actual = 0; actual < confusion.length; actual++) {
      for (int predicted = 0; predicted < confusion.length; predicted++) {
        if (actual != predicted && confusion[actual][predicted] > 0) {
          wrong.add(new Confusion(actual, predicted, confusion[actual][predicted]));
        }
      }
    }
    return wrong;
  }

  private void mistakes(Html html) {
    List<Integer> shape = evaluation.images();
    if (shape == null || evaluation.mistakes().isEmpty()) {
      return;
    }
    html.element("h3", "Mistakes")
        .element(
            "p",
            "Misclassified images, the most confident first: true class → predicted class, with its"
                + " probability.",
            "class",
            "quiet");
    if (shape.size() != 3 || shape.stream().anyMatch(size -> size < 1 || size > MOST_PIXELS)) {
      html.element("p", "report.json: the shape of the images is " + shape, "class", "problem");
      return;
    }
    html.open("ul", "class", "mistakes");
    evaluation.mistakes().forEach(mistake -> mistake(html, shape, mistake));
    html.close("ul");
  }

  private void mistake(Html html, List<Integer> shape, MistakeRecord mistake) {
    String actual = name(mistake.actual());
    String predicted = name(mistake.predicted());
    html.open("li");
    Optional<byte[]> pixels = pixels(shape, mistake);
    if (pixels.isPresent()) {
      byte[] png = Png.encode(shape.get(0), shape.get(1), shape.get(2), pixels.get());
      html.open(
          "img",
          "src",
          "data:image/png;base64," + Base64.getEncoder().encodeToString(png),
          "alt",
          "an image of class " + actual + ", predicted as " + predicted);
    } else {
      html.element("span", "damaged image", "class", "problem");
    }
    html.element("span", actual + " → " + predicted)
        .element("span", Numbers.percent(mistake.probability()), "class", "quiet")
        .close("li");
  }

  private static Optional<byte[]> pixels(List<Integer> shape, MistakeRecord mistake) {
    long length = (long) shape.get(0) * shape.get(1) * shape.get(2);
    try {
      byte[] pixels = Base64.getDecoder().decode(mistake.pixels());
      return pixels.length == length ? Optional.of(pixels) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
