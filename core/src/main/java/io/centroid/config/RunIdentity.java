package io.centroid.config;

import io.centroid.config.hocon.KnownKeys;
import io.centroid.io.Json;
import io.centroid.io.Sha256;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.matrix.Precision;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The identity of a run: its name, its folder, and the settings that must match to resume it.
 *
 * @param name name of the run, not empty
 * @param dir folder of the run, not empty
 * @param settingsHash SHA-256 of all settings that determine the result; runs with the same hash
 *     differ in nothing but where they are, and how they are computed and shown
 * @param trajectory keys that determine the parameters at a given step, in canonical form; a run
 *     can resume from the checkpoint of a run with an equal trajectory
 */
public record RunIdentity(
    String name, String dir, String settingsHash, SortedMap<String, String> trajectory) {
  private static final List<String> SHAPING =
      List.of("data", "model", "train", "optimizer", "outer", "average", "privacy");

  public RunIdentity {
    trajectory = Collections.unmodifiableSortedMap(new TreeMap<>(trajectory));
  }

  static RunIdentity read(
      Settings settings,
      String baseName,
      NetworkSettings network,
      RunConfig.Compute compute,
      RunConfig.Divergence divergence,
      OptimizerConfig optimizer) {
    Map<String, String> shaping = new TreeMap<>(settings.renderer().canonical(SHAPING));
    shaping.keySet().removeIf(key -> !determinesResult(key));
    if (!optimizer.decaysAtTheEnd()) {
      shaping.remove("optimizer.schedule.decay-fraction");
    }
    if (settings.number("privacy.clip-norm", value -> value >= 0, "0 or more") == 0) {
      shaping.keySet().removeIf(key -> key.startsWith("privacy."));
    }
    if (settings.texts("data.parts").isEmpty()) {
      shaping.remove("data.parts");
    }
    // The value and not "default": a release may change the default.
    shaping.put(
        "outer.learning-rate", ConfigRenderer.canonical(ConfigReader.outerLearningRate(settings)));
    if (!settings.text("model.loss").equals(Json.spelling(Loss.MEAN_SQUARED_ERROR))) {
      // Classes are not normalized.
      shaping.remove("data.target-normalization");
    }
    if (!List.of("csv", "texts").contains(settings.text("data.format"))) {
      shaping.keySet().removeIf(RunIdentity::isTextFileSetting);
    }
    if (!(network instanceof Gpt2Settings)) {
      shaping.keySet().removeIf(RunIdentity::isTextSetting);
    }
    if (compute.threadsPerWorker() > 1) {
      // The number of threads changes the order of gradient sums, and so the last bits.
      shaping.put("compute.threads-per-worker", Integer.toString(compute.threadsPerWorker()));
    }
    if (compute.precision() != Precision.FLOAT32) {
      shaping.put("compute.precision", Json.spelling(compute.precision()));
    }
    if (network instanceof NetworkSettings.Complete complete
        && complete.architecture() instanceof Architecture.Dl4j dl4j) {
      shaping.put("model.file", "sha256 " + Sha256.of(dl4j.json()));
    }
    if (network instanceof NetworkSettings.Complete complete
        && complete.architecture() instanceof Architecture.Custom custom) {
      shaping.put("model.settings", new TreeMap<>(custom.settings()).toString());
    }
    String hash = Sha256.of(withRollbacks(shaping, settings, divergence).toString());
    String name = name(settings, baseName, hash);
    String dir = settings.text("run.dir");
    return new RunIdentity(
        name, dir.isEmpty() ? "runs/" + name : dir, hash, trajectory(shaping, network, optimizer));
  }

  /**
   * Whether a key can determine the result of a run that does not diverge. Parameters depend
   * neither on the place of aggregation nor on how H was chosen.
   */
  public static boolean determinesResult(String key) {
    boolean shapes = SHAPING.stream().anyMatch(group -> key.startsWith(group + "."));
    return key.equals("compute.precision")
        || (shapes
            && !isFailureHandling(key)
            && !List.of(
                    "average.slices",
                    "train.communication-share",
                    "model.allow-dl4j-zip",
                    "privacy.delta",
                    "privacy.noise-key")
                .contains(key));
  }

  /**
   * Whether a value is the default of this release.
   *
   * @param value value in canonical form, as in {@link #trajectory}
   */
  public static boolean isDefault(String key, String value) {
    return KnownKeys.defaultOf(key)
        .map(known -> ConfigRenderer.canonical(known.unwrapped()))
        .filter(value::equals)
        .isPresent();
  }

  /**
   * Adds the keys of rollbacks. They determine the result, and so the name, but not the trajectory:
   * a checkpoint records its rollbacks, and a run with other rules can resume from it.
   */
  private static Map<String, String> withRollbacks(
      Map<String, String> shaping, Settings settings, RunConfig.Divergence divergence) {
    if (divergence.reaction() == RunConfig.Divergence.Reaction.STOP) {
      return shaping;
    }
    Map<String, String> all = new TreeMap<>(shaping);
    settings
        .renderer()
        .canonical(List.of("train"))
        .forEach(
            (key, value) -> {
              if (isDivergenceHandling(key)) {
                all.put(key, value);
              }
            });
    // A rollback returns to a checkpoint.
    all.put("checkpoint.every-rounds", settings.text("checkpoint.every-rounds"));
    return all;
  }

  private static boolean isFailureHandling(String key) {
    return isDivergenceHandling(key)
        || key.equals("train.round-timeout")
        || key.equals("train.round-attempts");
  }

  private static boolean isDivergenceHandling(String key) {
    return key.equals("train.outlier-factor")
        || key.equals("train.on-divergence")
        || key.startsWith("train.rollback.");
  }

  /** SHA-256 of the trajectory's keys and values. */
  public String trajectoryHash() {
    return Sha256.of(trajectory.toString());
  }

  private static String name(Settings settings, String baseName, String hash) {
    String name = settings.text("run.name");
    if (name.isEmpty()) {
      name = baseName + "-" + hash.substring(0, 8);
    }
    if (!name.matches("[\\w.-]+")) {
      throw settings.invalid(
          "run.name", "must consist of letters, digits, dots, dashes and underscores", name);
    }
    return name;
  }

  private static boolean isTextFileSetting(String key) {
    return key.equals("data.encoding")
        || key.equals("data.csv.delimiter")
        || key.equals("data.csv.decimal-comma")
        || key.equals("data.csv.ignore")
        || key.equals("data.csv.labels");
  }

  private static boolean isTextSetting(String key) {
    return key.startsWith("model.gpt2.")
        || key.startsWith("data.texts.")
        || key.equals("data.block")
        || key.equals("train.micro-batch");
  }

  private static TreeMap<String, String> trajectory(
      Map<String, String> shaping, NetworkSettings network, OptimizerConfig optimizer) {
    TreeMap<String, String> trajectory = new TreeMap<>(shaping);
    trajectory.keySet().removeIf(key -> key.startsWith("train.early-stopping."));
    trajectory.keySet().removeAll(List.of("data.path", "data.parts"));
    trajectory.keySet().removeIf(key -> key.endsWith("-file") || key.equals("data.decoded-limit"));
    if (!(network instanceof NetworkSettings.OfDl4jZip)) {
      trajectory.remove("model.init-from");
    }
    trajectory.remove("data.texts.tokenizer");
    if (!optimizer.dependsOnLength()) {
      trajectory.remove("train.epochs");
      trajectory.remove("train.steps");
    }
    return trajectory;
  }
}
