package io.centroid.sweep;

import io.centroid.error.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The settings of a sweep's trials: all combinations of values, or random draws from ranges. */
public final class SearchSpace {
  /** Maximum number of trials of a sweep. */
  static final int MOST_TRIALS = 999;

  /** Attempts to draw settings that no earlier trial has. */
  private static final int ATTEMPTS = 100;

  private SearchSpace() {}

  /**
   * All combinations of values: the last key varies fastest.
   *
   * @param options a key and its values each, {@code key=value,value}; commas in brackets belong to
   *     a list
   * @throws InputException if an option has another form, or repeats a key or a value
   */
  public static List<Map<String, String>> grid(List<String> options) {
    List<Map<String, String>> trials = List.of(Map.of());
    for (Map.Entry<String, String> option : byKey("--grid", options).entrySet()) {
      String key = option.getKey();
      List<Map<String, String>> extended = new ArrayList<>();
      List<String> values = values("--grid " + key, option.getValue());
      requireFew((long) trials.size() * values.size());
      for (Map<String, String> trial : trials) {
        for (String value : values) {
          Map<String, String> settings = new LinkedHashMap<>(trial);
          settings.put(key, value);
          extended.add(settings);
        }
      }
      trials = extended;
    }
    return trials;
  }

  /**
   * Random draws (Bergstra and Bengio, "Random search for hyper-parameter optimization", JMLR 13,
   * 2012), each with other settings. The settings of a trial depend on the seed, its number and the
   * ranges, not on the number of trials.
   *
   * @param options a key and its {@link Range} each, {@code key=log:1e-4..1e-1}
   * @throws InputException if an option has another form or repeats a key, or if the ranges have
   *     too few different settings
   */
  public static List<Map<String, String>> random(List<String> options, int count, long seed) {
    if (count < 1) {
      throw new InputException("--random must be at least 1: " + count);
    }
    requireFew(count);
    Map<String, Range> ranges = new LinkedHashMap<>();
    byKey("--range", options)
        .forEach((key, text) -> ranges.put(key, Range.parse("--range " + key, text)));
    Set<Map<String, String>> trials = new LinkedHashSet<>();
    for (int trial = 1; trial <= count; trial++) {
      int attempt = 0;
      while (!trials.add(draw(ranges, seed, trial, attempt))) {
        attempt++;
        if (attempt == ATTEMPTS) {
          throw new InputException(
              "--random "
                  + count
                  + ": the ranges seem to have only "
                  + (trial - 1)
                  + " different settings; use --grid");
        }
      }
    }
    return List.copyOf(trials);
  }

  private static Map<String, String> draw(
      Map<String, Range> ranges, long seed, int trial, int attempt) {
    Map<String, String> settings = new LinkedHashMap<>();
    ranges.forEach(
        (key, range) -> settings.put(key, range.draw(seed, trial, settings.size(), attempt)));
    return settings;
  }

  private static void requireFew(long count) {
    if (count > MOST_TRIALS) {
      throw new InputException(
          "a sweep has at most " + MOST_TRIALS + " trials, this one has " + count);
    }
  }

  private static Map<String, String> byKey(String name, List<String> options) {
    Map<String, String> byKey = new LinkedHashMap<>();
    for (String option : options) {
      int equals = option.indexOf('=');
      if (equals < 1) {
        throw new InputException(name + " " + option + ": expected KEY=, found no key");
      }
      String key = option.substring(0, equals).strip();
      if (byKey.put(key, option.substring(equals + 1).strip()) != null) {
        throw new InputException(name + " " + key + " is given twice");
      }
    }
    return byKey;
  }

  /**
   * Splits a list of values at its commas, except those in brackets.
   *
   * @param option option for messages
   */
  static List<String> values(String option, String text) {
    List<String> values = new ArrayList<>();
    int depth = 0;
    int begin = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (i == text.length() || (c == ',' && depth == 0)) {
        String value = text.substring(begin, i).strip();
        if (value.isEmpty()) {
          throw new InputException(
              option
                  + ": expected values separated by commas, found none in"
                  + " place "
                  + (values.size() + 1));
        }
        if (values.contains(value)) {
          throw new InputException(option + " has the value " + value + " twice");
        }
        values.add(value);
        begin = i + 1;
      }
    }
    return values;
  }
}
