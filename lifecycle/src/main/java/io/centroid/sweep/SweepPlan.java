package io.centroid.sweep;

import io.centroid.config.RunConfig;
import io.centroid.config.RunIdentity;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import io.centroid.io.Sha256;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a sweep, stored in {@code sweep.json} before the first trial starts.
 *
 * @param keys varied keys, in the order of the options
 * @param halving rule that stops trials early; null if all are trained to their end
 * @param trials trials in order of their numbers, which begin at 1
 */
public record SweepPlan(List<String> keys, @Nullable Halving halving, List<Trial> trials) {
  /** Keys of {@code data} that leave the validation examples as they are. */
  private static final List<String> COMPARABLE =
      List.of("data.normalization", "data.target-normalization", "data.block");

  private static final ChecksummedJson FORM = new ChecksummedJson("format", 1);

  public SweepPlan {
    keys = List.copyOf(keys);
    trials = List.copyOf(trials);
    Json.require(!trials.isEmpty(), "trials", "at least one");
    for (int i = 0; i < trials.size(); i++) {
      Json.require(
          trials.get(i).number() == i + 1
              && trials.get(i).settings().keySet().equals(Set.copyOf(keys)),
          "trials",
          "numbers from 1, and a value for each key");
    }
  }

  /**
   * Validates the settings and plans a trial for each.
   *
   * @param option option of the command that varies the keys, for messages
   * @param settings settings of the trials by key, all with the same keys
   * @param configured loads the configuration with additional {@code key=value} overrides
   * @throws InputException if a key is unknown or is not to be varied, if a value is invalid, or if
   *     the trials cannot be compared
   */
  public static SweepPlan of(
      String option,
      List<Map<String, String>> settings,
      @Nullable Halving halving,
      Function<List<String>, RunConfig> configured) {
    List<String> keys = List.copyOf(settings.get(0).keySet());
    List<Trial> trials = new ArrayList<>();
    for (Map<String, String> trial : settings) {
      RunConfig config;
      try {
        config = configured.apply(Trial.overrides(trial));
      } catch (InputException e) {
        throw new InputException(asGiven(option, trial, e), e);
      }
      keys.forEach(key -> requireVariable(option, key, halving != null));
      requireComparable(config, halving);
      trials.add(new Trial(trials.size() + 1, trial, config.run().settingsHash()));
    }
    return new SweepPlan(keys, halving, trials);
  }

  /** The message for an override, which the user gave by another option. */
  private static String asGiven(String option, Map<String, String> trial, InputException e) {
    String message = String.valueOf(e.getMessage());
    for (String key : trial.keySet()) {
      message = message.replace("--set " + key, option + " " + key);
    }
    return message;
  }

  private static void requireVariable(String option, String key, boolean halves) {
    if (!RunIdentity.determinesResult(key)) {
      throw new InputException(
          option
              + " "
              + key
              + ": it does not determine the result of a run, so it is not varied;"
              + " use --set");
    }
    if (key.equals("model.loss") || (key.startsWith("data.") && !COMPARABLE.contains(key))) {
      throw new InputException(
          option
              + " "
              + key
              + ": trials with other examples or another loss cannot be compared;"
              + " use --set");
    }
    if (halves && (key.equals("train.epochs") || key.equals("train.steps"))) {
      throw new InputException(
          option + " " + key + ": with --halving all trials have the same length; use --set");
    }
  }

  private static void requireComparable(RunConfig config, @Nullable Halving halving) {
    if (config.data().validationSplit() == 0
        && config.data().format() != RunConfig.Data.Format.TOKENS) {
      throw new InputException(
          "a sweep compares trials on the validation set: data.validation-split must be above 0");
    }
    if (halving == null) {
      return;
    }
    if (config.train().steps() > 0) {
      throw new InputException(
          "--halving: train.epochs sets the length of a trial, not train.steps");
    }
    if (halving.rungs(config.train().epochs()).isEmpty()) {
      throw new InputException(
          "--min-epochs must be below train.epochs, "
              + config.train().epochs()
              + ": "
              + halving.minimumEpochs());
    }
  }

  /** The different values of each key, in order. */
  Map<String, Set<String>> values() {
    Map<String, Set<String>> values = new LinkedHashMap<>();
    for (String key : keys) {
      Set<String> all = new LinkedHashSet<>();
      trials.forEach(trial -> all.add(trial.settings().get(key)));
      values.put(key, all);
    }
    return values;
  }

  /** The content of {@code sweep.json}; equal plans yield equal bytes. */
  byte[] toJson() {
    return FORM.write(this);
  }

  /**
   * Parses {@code sweep.json}.
   *
   * @throws InputException if it is not a valid plan, or was changed after it was written
   */
  static SweepPlan parse(String file, byte[] content) {
    return FORM.read(file, content, SweepPlan.class);
  }

  /** A short hash of the plan, for the name of a folder. */
  public String shortHash() {
    return Sha256.of(Json.line(this)).substring(0, 8);
  }

  /**
   * Compares the plan with that of a folder.
   *
   * @throws InputException naming a difference
   */
  void requireSame(String folder, SweepPlan stored) {
    difference(stored)
        .ifPresent(
            difference -> {
              throw new InputException(
                  folder
                      + " has another sweep: "
                      + InputErrors.shorten(difference)
                      + "; choose another folder with --dir");
            });
  }

  private Optional<String> difference(SweepPlan stored) {
    if (!keys.equals(stored.keys)) {
      return Optional.of("it varies " + String.join(", ", stored.keys));
    }
    if (trials.size() != stored.trials.size()) {
      return Optional.of("it has " + stored.trials.size() + " trials, not " + trials.size());
    }
    for (int i = 0; i < trials.size(); i++) {
      Trial there = stored.trials.get(i);
      if (!there.settings().equals(trials.get(i).settings())) {
        return Optional.of("its " + there.name() + " has " + there.description());
      }
      if (!there.equals(trials.get(i))) {
        return Optional.of("it was started with another configuration or other --set");
      }
    }
    return Objects.equals(halving, stored.halving)
        ? Optional.empty()
        : Optional.of(
            stored.halving == null
                ? "it was started without --halving"
                : "it was started with --halving "
                    + stored.halving.factor()
                    + " --min-epochs "
                    + stored.halving.minimumEpochs());
  }
}
