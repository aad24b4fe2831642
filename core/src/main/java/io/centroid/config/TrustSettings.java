package io.centroid.config;

import io.centroid.config.hocon.KnownKeys;
import io.centroid.error.InputException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The settings of the leak check and of the model card. They determine no result, so that they may
 * change after a run.
 *
 * @param maxExposure highest exposure of a canary with which a model may be exported and promoted,
 *     in bits; 0 means no limit
 * @param license identifier of the model's license; empty means not stated
 * @param languages ISO 639 codes of the data's languages
 * @param datasets identifiers of the data sets on Hugging Face's hub
 * @param limits intended use and known limits, a sentence each
 */
public record TrustSettings(
    double maxExposure,
    String license,
    List<String> languages,
    List<String> datasets,
    List<String> limits) {
  private static final List<String> GROUPS = List.of("leak.", "card.");
  private static final Pattern LICENSE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+-]{0,63}|");
  private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*");
  private static final Pattern DATASET = Pattern.compile("[\\w.-]{1,96}(/[\\w.-]{1,96})?");

  public TrustSettings {
    languages = List.copyOf(languages);
    datasets = List.copyOf(datasets);
    limits = List.copyOf(limits);
  }

  static TrustSettings read(Settings settings) {
    String license = settings.text("card.license");
    if (!LICENSE.matcher(license).matches()) {
      throw settings.invalid("card.license", "must be an identifier such as apache-2.0", license);
    }
    return new TrustSettings(
        settings.number("leak.max-exposure", value -> value >= 0, "0 or more bits"),
        license,
        all(settings, "card.languages", LANGUAGE.asMatchPredicate(), "codes such as en"),
        all(settings, "card.datasets", DATASET.asMatchPredicate(), "names such as ylecun/mnist"),
        settings.texts("card.limits"));
  }

  /**
   * Reads the settings that a run recorded, with overrides.
   *
   * @param file name of the run's {@code effective.conf} for messages
   * @param effective its text, which is data; empty if there is none
   * @param overrides overrides as {@code key=value} of {@code leak} and {@code card} alone
   * @throws InputException if a value is invalid, or another key is set
   */
  public static TrustSettings of(String file, String effective, List<String> overrides) {
    for (String override : overrides) {
      if (GROUPS.stream().noneMatch(override.strip()::startsWith)) {
        throw new InputException(
            "--set takes keys of leak and card only: " + override.strip().split("=", 2)[0]);
      }
    }
    Map<String, Object> stored = new TreeMap<>();
    EffectiveSettings.data(file, effective)
        .forEach(
            (key, value) -> {
              if (GROUPS.stream().anyMatch(key::startsWith)
                  && KnownKeys.defaultOf(key).isPresent()) {
                stored.put(key, value);
              }
            });
    return read(Settings.of(stored, file, overrides));
  }

  private static List<String> all(
      Settings settings, String key, Predicate<String> valid, String expected) {
    List<String> values = settings.texts(key);
    if (!values.stream().allMatch(valid)) {
      throw settings.invalid(key, "must be a list of " + expected, values.toString());
    }
    return values;
  }
}
