package io.centroid.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.Manifest;
import io.centroid.run.metrics.RoundMetric;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What was trained, how far the run has come, and its most important numbers. */
record Headline(RunContent run) {

  /** How far a run has come. */
  record Status(String word, String detail) {}

  Status status() {
    Optional<RunResult> result = finished();
    if (result.isEmpty()) {
      return new Status(
          "not finished", "running or interrupted at step " + Numbers.whole(step()) + planned());
    }
    String reason = result.get().stoppedEarly();
    return reason == null ? new Status("finished", "") : new Status("stopped early", reason);
  }

  /** Steps per worker so far; without a round those of the newest checkpoint. */
  long step() {
    return run.metrics()
        .last()
        .map(RoundMetrics::step)
        .or(() -> run.manifest().map(Manifest::step))
        .orElse(0L);
  }

  /** The result, unless the run was resumed after it. */
  Optional<RunResult> finished() {
    return run.result().filter(result -> result.step() >= run.metrics().lastStep());
  }

  private String planned() {
    String steps = run.settings().values().getOrDefault("train.steps", "0");
    String epochs = run.settings().values().getOrDefault("train.epochs", "");
    if (!steps.equals("0")) {
      return " of " + steps;
    }
    return run.metrics()
        .last()
        .filter(last -> !epochs.isEmpty())
        .map(last -> ", in epoch " + (last.epoch() + 1L) + " of " + epochs)
        .orElse("");
  }

  /** The network and its data in one sentence. */
  String description() {
    List<String> parts = new ArrayList<>();
    parts.add(run.manifest().map(Headline::network).orElseGet(() -> setting("model.name")));
    String format = setting("data.format");
    String path = setting("data.path");
    if (!format.isEmpty()) {
      parts.add("data: " + format + (path.isEmpty() ? "" : ", " + path));
    }
    String workers = setting("train.workers");
    if (!workers.isEmpty()) {
      parts.add(workers + (workers.equals("1") ? " worker" : " workers"));
    }
    return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(" · "));
  }

  private String setting(String key) {
    return run.settings().values().getOrDefault(key, "");
  }

  private static String network(Manifest manifest) {
    JsonNode model = manifest.model();
    String name = model.path("name").asText();
    return switch (name) {
      case "mlp" ->
          "dense network "
              + sizes(model.path("input"), "×")
              + "–"
              + (model.path("hidden").isEmpty() ? "" : sizes(model.path("hidden"), "–") + "–")
              + model.path("outputs").asText();
      case "cnn" ->
          "convolutional network, channels "
              + sizes(model.path("channels"), ", ")
              + ", hidden "
              + sizes(model.path("hidden"), ", ");
      case "gpt2" ->
          "GPT-2, %s layers, %s heads, width %s, %s positions, vocabulary %s"
              .formatted(
                  model.path("layers").asText(),
                  model.path("heads").asText(),
                  model.path("width").asText(),
                  model.path("positions").asText(),
                  model.path("vocabulary").asText());
      default -> name;
    };
  }

  private static String sizes(JsonNode sizes, String separator) {
    return StreamSupport.stream(sizes.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining(separator));
  }

  /** The metrics to show first: of the test data, else of the validation data, else none. */
  Map<String, Map<String, Double>> evaluations() {
    Map<String, Map<String, Double>> evaluations = new LinkedHashMap<>();
    for (String part : List.of("test", "validation")) {
      Map<String, Double> metrics =
          finished()
              .map(result -> part.equals("test") ? result.test() : result.validation())
              .filter(found -> !found.isEmpty())
              .orElseGet(() -> run.metrics().lastMetrics(part));
      if (!metrics.isEmpty()) {
        evaluations.put(part, metrics);
      }
    }
    return evaluations;
  }

  /** Numbers by name. */
  Map<String, String> numbers() {
    MetricsSummary metrics = run.metrics();
    Map<String, String> numbers = new LinkedHashMap<>();
    evaluations()
        .forEach(
            (part, values) ->
                values.forEach(
                    (name, value) ->
                        numbers.put(
                            part + " " + Charts.title(name).toLowerCase(Locale.ROOT),
                            Numbers.metric(name, value))));
    metrics.last().ifPresent(last -> numbers.put("training loss, last round", loss(last)));
    metrics
        .last()
        .map(last -> last.value(RoundMetric.PRIVACY_EPSILON))
        .filter(Double::isFinite)
        .ifPresent(
            epsilon ->
                numbers.put(
                    "privacy epsilon, delta " + setting("privacy.delta"), Numbers.text(epsilon)));
    if (metrics.seconds() > 0) {
      numbers.put("training time", Numbers.duration(metrics.seconds()));
      metrics
          .last()
          .ifPresent(
              last ->
                  numbers.put(
                      "examples per second", Numbers.text(last.examples() / metrics.seconds())));
    }
    metrics.last().ifPresent(last -> numbers.put("steps per worker", Numbers.whole(last.step())));
    metrics.last().ifPresent(last -> numbers.put("rounds", Numbers.whole(last.round())));
    run.manifest()
        .ifPresent(
            manifest ->
                numbers.put(
                    "parameters",
                    Numbers.whole(
                        manifest.layout().stream().mapToLong(LayoutTensor::elements).sum())));
    return numbers;
  }

  private static String loss(RoundMetrics last) {
    return Numbers.text(last.value(RoundMetric.LOSS));
  }

  void write(Html html) {
    Status status = status();
    html.open("p", "class", "status")
        .element("span", status.word(), "class", "badge " + status.word().replace(' ', '-'))
        .text(status.detail())
        .close("p")
        .element("p", description(), "class", "quiet");
    finished()
        .map(RunResult::warning)
        .ifPresent(warning -> html.element("p", "Warning: " + warning, "class", "problem"));
    html.open("dl", "class", "tiles");
    numbers()
        .forEach(
            (name, value) ->
                html.open("div").element("dt", name).element("dd", value).close("div"));
    html.close("dl");
  }
}
