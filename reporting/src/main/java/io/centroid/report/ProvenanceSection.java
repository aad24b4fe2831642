package io.centroid.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.checkpoint.Manifest;
import io.centroid.run.metrics.RunRecord;
import io.centroid.run.metrics.RunResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** From what a run's model was made: settings, data, versions, machine. */
record ProvenanceSection(RunContent run) {
  private static final int MOST_ELEMENTS = 8;
  private static final int LONGEST_VALUE = 160;

  void write(Html html) {
    html.open("section").element("h2", "Configuration");
    Map<String, String> changed = new TreeMap<>(run.settings().changed());
    changed.replaceAll((key, value) -> cut(value));
    html.element(
        "p",
        changed.isEmpty()
            ? "All settings are defaults."
            : "Settings that differ from the defaults, without the Spark properties that Centroid and"
                + " Spark set:",
        "class",
        "quiet");
    if (!changed.isEmpty()) {
      html.pairs("Settings that differ from the defaults", changed);
    }
    if (!run.effective().isEmpty()) {
      html.open("details")
          .element("summary", "Whole configuration (effective.conf)")
          .element("pre", run.effective(), "tabindex", "0")
          .close("details");
    }
    html.close("section")
        .open("section")
        .element("h2", "Provenance")
        .pairs("Provenance", provenance())
        .close("section");
    Map<String, String> environment = run.record().map(RunRecord::environment).orElse(Map.of());
    if (!environment.isEmpty()) {
      html.open("section")
          .element("h2", "Environment")
          .pairs("Environment", new TreeMap<>(environment))
          .close("section");
    }
  }

  private static String cut(String value) {
    return value.length() <= LONGEST_VALUE
        ? value
        : value.substring(0, LONGEST_VALUE) + "… (the whole value is in effective.conf)";
  }

  private Map<String, String> provenance() {
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put("run", run.place());
    run.result()
        .map(RunResult::parametersSha256)
        .ifPresent(sha256 -> pairs.put("SHA-256 of the parameters", sha256));
    run.record()
        .map(RunRecord::finishedAt)
        .ifPresent(time -> pairs.put("finished", time.toString()));
    run.manifest().ifPresent(manifest -> put(pairs, manifest));
    return pairs;
  }

  private static void put(Map<String, String> pairs, Manifest manifest) {
    pairs.put(
        "newest checkpoint",
        "step " + Numbers.whole(manifest.step()) + ", written " + manifest.writtenAt());
    pairs.put("SHA-256 of parameters.safetensors", manifest.parametersFileSha256());
    pairs.put("hash of the configuration", manifest.snapshot().configurationHash());
    pairs.put("seed", String.valueOf(manifest.snapshot().seed()));
    new TreeMap<>(manifest.snapshot().versions())
        .forEach((name, version) -> pairs.put("version of " + name, version));
    flatten("data", manifest.snapshot().data(), pairs);
  }

  /** Puts the values of a tree; the data's configuration is among the settings already. */
  private static void flatten(String path, JsonNode node, Map<String, String> pairs) {
    if (path.equals("data.configuration")) {
      return;
    }
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(field -> flatten(path + "." + field.getKey(), field.getValue(), pairs));
    } else {
      pairs.put(
          path,
          node.size() > MOST_ELEMENTS
              ? node.size() + " values"
              : node.isValueNode() ? node.asText() : node.toString());
    }
  }
}
