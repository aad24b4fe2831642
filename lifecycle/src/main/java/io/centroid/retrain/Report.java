package io.centroid.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.NearestName;
import io.centroid.evaluate.Evaluation;
import io.centroid.retrain.comparison.Verdict;
import io.centroid.retrain.drift.Divergence;
import io.centroid.retrain.drift.DriftReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report of an attempt, as JSON and as Markdown. */
final class Report {
  private Report() {}

  /** The JSON object of {@code retrain --json} and {@code report.json}. */
  static ObjectNode json(String model, Attempt attempt) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("outcome", attempt.outcome().map(Outcome::key).orElse("unfinished"));
    node.put("promoted", attempt.hasOutcome(Outcome.PROMOTED));
    node.put("model", model).put("attempt", attempt.number());
    if (attempt.version() > 0) {
      node.put("version", attempt.version());
    }
    if (attempt.champion() > 0) {
      node.put("championBefore", attempt.champion());
    }
    attempt.reasons().forEach(node.putArray("reasons")::add);
    attempt.fresh().forEach(increment -> node.withArray("new").add(increment.name()));
    attempt.training().forEach(increment -> node.withArray("trainedOn").add(increment.name()));
    attempt.findings().properties().forEach(entry -> node.set(entry.getKey(), entry.getValue()));
    return node;
  }

  static ObjectNode evaluation(Evaluation evaluation) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("examples", evaluation.examples());
    for (Map.Entry<String, Double> metric : evaluation.metrics().entrySet()) {
      if (Double.isFinite(metric.getValue())) {
        node.put(metric.getKey(), metric.getValue());
      }
    }
    return node;
  }

  static ObjectNode verdict(Verdict verdict, List<String> classNames, double confidence) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("difference", verdict.interval().mean());
    node.put("low", verdict.interval().low()).put("high", verdict.interval().high());
    node.put("confidence", confidence);
    if (verdict.worstClass() >= 0) {
      node.put("worstClass", verdict.worstClass()).put("worstClassDrop", verdict.worstDrop());
      if (verdict.worstClass() < classNames.size()) {
        node.put("worstClassName", classNames.get(verdict.worstClass()));
      }
    }
    return node;
  }

  static ObjectNode drift(DriftReport drift) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("statistic", drift.statistic());
    divergence(node.putObject("inputs"), drift.inputs())
        .put("features", drift.features())
        .put("watch", drift.watch())
        .put("changed", drift.changed());
    ArrayNode worst = node.putArray("worst");
    for (DriftReport.FeatureDrift feature : drift.worst()) {
      divergence(worst.addObject().put("feature", feature.feature()), feature.divergence());
    }
    divergence(node.putObject("targets"), drift.targets());
    divergence(node.putObject("predictions"), drift.predictions());
    return node;
  }

  private static ObjectNode divergence(ObjectNode node, Divergence divergence) {
    return node.put("psi", divergence.psi()).put("jensenShannon", divergence.jensenShannon());
  }

  /** The report as Markdown. */
  static String markdown(String model, Attempt attempt) {
    StringBuilder text = new StringBuilder();
    JsonNode found = attempt.findings();
    line(
        text,
        "# Attempt %d at %s: %s",
        attempt.number(),
        model,
        attempt.outcome().map(Outcome::key).orElse("unfinished"));
    line(text, "");
    attempt.reasons().forEach(reason -> line(text, "- %s", reason));
    line(text, "- champion before: %s", version(attempt.champion()));
    line(text, "- challenger: %s", version(attempt.version()));
    attempt.fresh().forEach(increment -> line(text, "- new: `%s`", increment.name()));
    for (Map.Entry<String, JsonNode> defect : found.path("quarantined").properties()) {
      line(text, "- quarantined: `%s`: %s", defect.getKey(), defect.getValue().asText());
    }
    line(
        text,
        "- trained on %d data increments, %d files",
        attempt.training().size(),
        attempt.trainingFiles().size());
    measured(text, "Frozen validation set", found.path("validation"));
    measured(text, "Held-out new data", found.path("newest"));
    JsonNode comparison = found.path("comparison");
    if (comparison.has("difference")) {
      line(text, "");
      line(
          text,
          "Difference %+.5f, %.0f %% confidence interval %+.5f to %+.5f (paired bootstrap).",
          comparison.path("difference").asDouble(),
          100 * comparison.path("confidence").asDouble(),
          comparison.path("low").asDouble(),
          comparison.path("high").asDouble());
      if (comparison.has("worstClass")) {
        line(
            text,
            "Worst class: %s, its recall changed by %+.4f.",
            comparison.has("worstClassName")
                ? NearestName.quote(comparison.path("worstClassName").asText())
                : comparison.path("worstClass").asText(),
            -comparison.path("worstClassDrop").asDouble());
      }
    }
    drift(text, found.path("drift"));
    return text.toString();
  }

  private static void measured(StringBuilder text, String title, JsonNode both) {
    if (both.isMissingNode()) {
      return;
    }
    line(text, "");
    line(text, "## %s", title);
    line(text, "");
    line(text, "| model | examples | accuracy | loss |");
    line(text, "|---|---:|---:|---:|");
    for (Map.Entry<String, JsonNode> model : both.properties()) {
      JsonNode metrics = model.getValue();
      line(
          text,
          "| %s | %,d | %s | %s |",
          model.getKey(),
          metrics.path("examples").asLong(),
          number(metrics.path("accuracy")),
          number(metrics.path("loss")));
    }
  }

  private static void drift(StringBuilder text, JsonNode drift) {
    if (!drift.has("inputs")) {
      return;
    }
    line(text, "");
    line(text, "## Drift of the new data from the champion's training data");
    line(text, "");
    line(text, "| of | PSI | Jensen-Shannon (bits) |");
    line(text, "|---|---:|---:|");
    for (String of : new String[] {"inputs", "targets", "predictions"}) {
      line(
          text,
          "| %s | %s | %s |",
          of,
          number(drift.path(of).path("psi")),
          number(drift.path(of).path("jensenShannon")));
    }
    line(text, "");
    line(
        text,
        "%d of %d features have a PSI of at least %s, %d of at least %s.",
        drift.path("inputs").path("watch").asInt(),
        drift.path("inputs").path("features").asInt(),
        Divergence.WATCH,
        drift.path("inputs").path("changed").asInt(),
        Divergence.SIGNIFICANT);
  }

  private static String version(int number) {
    return number == 0 ? "none" : "version " + number;
  }

  private static String number(JsonNode value) {
    return value.isNumber() ? String.format(Locale.ROOT, "%.4f", value.asDouble()) : "-";
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
