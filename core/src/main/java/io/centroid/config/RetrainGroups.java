package io.centroid.config;

import io.centroid.config.RunConfig.Drift;
import io.centroid.config.RunConfig.Registry;
import io.centroid.config.RunConfig.Retrain;
import io.centroid.config.RunConfig.Rule;
import java.util.List;
import java.util.Set;

/** Parses and checks the configuration groups {@code registry} and {@code retrain}. */
final class RetrainGroups {
  private static final int MAX_BINS = 100;

  private RetrainGroups() {}

  static Registry registry(Settings settings) {
    String dir = settings.text("registry.dir");
    if (dir.isEmpty()) {
      throw settings.invalid("registry.dir", "must name a folder", "\"\"");
    }
    return new Registry(dir, settings.text("registry.model"), settings.integer("registry.keep", 1));
  }

  static Retrain retrain(Settings settings) {
    return new Retrain(
        settings.text("retrain.validation"),
        settings.text("retrain.marker"),
        settings.duration("retrain.minimum-age"),
        settings.choice("retrain.start", Retrain.Start.class),
        settings.choice("retrain.train-on", Retrain.TrainOn.class),
        settings.choice("retrain.quarantine", Retrain.Quarantine.class),
        settings.texts("retrain.include-quarantined"),
        exports(settings),
        settings.flag("retrain.keep-run"),
        rule(settings),
        drift(settings));
  }

  private static List<String> exports(Settings settings) {
    List<String> exports = settings.texts("retrain.exports");
    if (Set.copyOf(exports).size() < exports.size()) {
      throw settings.invalid("retrain.exports", "must list each format once", exports.toString());
    }
    return exports;
  }

  private static Rule rule(Settings settings) {
    return new Rule(
        settings.number("retrain.rule.minimum-gain", value -> value >= 0, "0 or more"),
        settings.number("retrain.rule.non-inferiority", value -> value >= 0, "0 or more"),
        settings.number(
            "retrain.rule.worst-class-drop", value -> value >= 0 && value <= 1, "from 0 to 1"),
        settings.number(
            "retrain.rule.confidence", value -> value > 0 && value < 1, "between 0 and 1"),
        settings.integer("retrain.rule.samples", 100, 1_000_000));
  }

  private static Drift drift(Settings settings) {
    Drift drift =
        new Drift(
            settings.number("retrain.drift.start", value -> value >= 0, "0 or more"),
            settings.number("retrain.drift.veto", value -> value >= 0, "0 or more"),
            settings.integer("retrain.drift.bins", 2, MAX_BINS),
            settings.integer("retrain.drift.examples", 100));
    if (drift.veto() > 0 && drift.veto() <= drift.start()) {
      throw settings.invalid(
          "retrain.drift.veto",
          "must be 0 or above retrain.drift.start, " + drift.start(),
          Double.toString(drift.veto()));
    }
    return drift;
  }
}
