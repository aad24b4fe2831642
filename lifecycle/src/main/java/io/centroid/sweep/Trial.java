package io.centroid.sweep;

import io.centroid.io.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One of the runs of a sweep, as planned.
 *
 * @param number number of the trial, from 1
 * @param settings values of the varied keys, as text
 * @param settingsHash SHA-256 of all settings that determine its result
 */
public record Trial(int number, Map<String, String> settings, String settingsHash) {
  public Trial {
    Json.require(number >= 1, "number", "1 or more");
    Json.requireSha256("settingsHash", settingsHash);
    settings = new TreeMap<>(settings);
  }

  /** The name of the trial's folder. */
  public String name() {
    return name(number);
  }

  /** The name of the folder of a trial. */
  public static String name(int number) {
    return String.format(Locale.ROOT, "trial-%03d", number);
  }

  /** The settings in one line, for people. */
  public String description() {
    return description(settings);
  }

  static String description(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue())
        .collect(Collectors.joining(" "));
  }

  /** The settings as overrides of a configuration. */
  static List<String> overrides(Map<String, String> settings) {
    List<String> overrides = new ArrayList<>();
    settings.forEach((key, value) -> overrides.add(key + "=" + value));
    return overrides;
  }
}
