package io.centroid.cli.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputErrors;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.GroupMetrics;
import io.centroid.train.worker.EvaluationSet;
import java.util.List;
import java.util.Locale;

/**
 * Report of an evaluation as text tables and as JSON.
 *
 * @param classNames class names; empty if classes are numbered
 * @param groups metrics by groups of examples
 */
public record EvaluationReport(
    String checkpoint,
    EvaluationSet part,
    Evaluation evaluation,
    List<String> classNames,
    List<GroupMetrics> groups) {
  private static final int MAX_NAME_WIDTH = 24;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_TABLE_CLASSES = 30;

  public ObjectNode toJson() {
    ObjectNode node = ofAll();
    if (!groups.isEmpty()) {
      ArrayNode by = node.putArray("groups");
      groups.forEach(metrics -> by.add(new GroupTable(metrics).toJson()));
    }
    return node;
  }

  private ObjectNode ofAll() {
    ObjectNode node = JSON.createObjectNode();
    node.put("checkpoint", checkpoint);
    node.put("part", part.name().toLowerCase(Locale.ROOT));
    node.put("examples", evaluation.examples());
    evaluation.metrics().forEach(node::put);
    if (evaluation.isLanguage()) {
      node.put("tokens", evaluation.tokens());
    }
    if (evaluation.isClassification() && evaluation.examples() > 0) {
      node.put("perplexity", Math.exp(evaluation.loss()));
      ArrayNode classes = node.putArray("classes");
      ArrayNode confusion = node.putArray("confusion");
      for (int label = 0; label < evaluation.confusion().length; label++) {
        ObjectNode row = classes.addObject();
        if (label < classNames.size()) {
          row.put("class", classNames.get(label));
        } else {
          row.put("class", label);
        }
        row.put("precision", evaluation.precision(label));
        row.put("recall", evaluation.recall(label));
        row.put("f1", evaluation.f1(label));
        row.put("support", evaluation.support(label));
        ArrayNode counts = confusion.addArray();
        for (long count : evaluation.confusion()[label]) {
          counts.add(count);
        }
      }
    }
    return node;
  }

  public String toText() {
    StringBuilder text = new StringBuilder(allText());
    groups.forEach(metrics -> text.append(new GroupTable(metrics).toText()));
    return text.toString();
  }

  private String allText() {
    StringBuilder text = new StringBuilder();
    line(text, "%s", checkpoint);
    line(
        text,
        "%-10s %,d %s examples",
        "examples",
        evaluation.examples(),
        part.name().toLowerCase(Locale.ROOT));
    if (evaluation.examples() == 0) {
      return text.toString();
    }
    if (evaluation.isLanguage()) {
      line(text, "%-10s %,d predicted", "tokens", evaluation.tokens());
      line(text, "%-10s %.4f nats per token", "loss", evaluation.loss());
      line(text, "%-10s %.3f", "perplexity", evaluation.perplexity());
      line(text, "%-10s %.2f %% (next token)", "accuracy", 100 * evaluation.accuracy());
      return text.toString();
    }
    if (!evaluation.isClassification()) {
      line(text, "%-10s %.6f (mean squared error)", "loss", evaluation.loss());
      line(text, "%-10s %.6f (mean absolute error)", "error", evaluation.meanAbsoluteError());
      if (Double.isFinite(evaluation.r2())) {
        line(text, "%-10s %.6f (1: perfect, 0: the mean)", "R2", evaluation.r2());
      }
      return text.toString();
    }
    line(text, "%-10s %.2f %%", "accuracy", 100 * evaluation.accuracy());
    line(text, "%-10s %.4f", "loss", evaluation.loss());
    classTable(text);
    if (evaluation.confusion().length <= MAX_TABLE_CLASSES) {
      confusionTable(text);
    }
    return text.toString();
  }

  private void classTable(StringBuilder text) {
    String name = "%" + nameWidth(6) + "s";
    line(text, "");
    line(text, name + " %10s %8s %8s %9s", "class", "precision", "recall", "f1", "examples");
    for (int label = 0; label < evaluation.confusion().length; label++) {
      line(
          text,
          name + " %10.4f %8.4f %8.4f %,9d",
          name(label),
          evaluation.precision(label),
          evaluation.recall(label),
          evaluation.f1(label),
          evaluation.support(label));
    }
  }

  private void confusionTable(StringBuilder text) {
    String name = "%" + nameWidth(6) + "s";
    String cell = "%" + (1 + nameWidth(6)) + "s";
    line(text, "");
    line(text, "Confusion matrix (rows: actual class, columns: predicted class)");
    StringBuilder header = new StringBuilder(String.format(Locale.ROOT, name, ""));
    for (int label = 0; label < evaluation.confusion().length; label++) {
      header.append(String.format(Locale.ROOT, cell, name(label)));
    }
    line(text, "%s", header);
    for (int label = 0; label < evaluation.confusion().length; label++) {
      StringBuilder row = new StringBuilder(String.format(Locale.ROOT, name, name(label)));
      for (long count : evaluation.confusion()[label]) {
        row.append(String.format(Locale.ROOT, cell, count == 0 ? "." : Long.toString(count)));
      }
      line(text, "%s", row);
    }
  }

  private String name(int label) {
    if (label >= classNames.size()) {
      return Integer.toString(label);
    }
    return shortName(classNames.get(label));
  }

  /** A name from outside in one line. */
  static String shortName(String text) {
    String name = InputErrors.oneLine(text);
    return name.length() <= MAX_NAME_WIDTH ? name : name.substring(0, MAX_NAME_WIDTH - 1) + "…";
  }

  /** Column width of the longest class name. */
  private int nameWidth(int least) {
    int width = least;
    for (int label = 0; label < evaluation.confusion().length; label++) {
      width = Math.max(width, name(label).length());
    }
    return width;
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
