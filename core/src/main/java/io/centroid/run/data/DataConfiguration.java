package io.centroid.run.data;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.config.Extensions;
import io.centroid.config.RunConfig;
import io.centroid.data.ExampleSource;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The configuration of the data that a stored model is evaluated on, or predicts. */
public final class DataConfiguration {
  private static final Set<String> LISTS =
      Set.of(
          "data.parts",
          "data.csv.shape",
          "data.csv.ignore",
          "data.csv.labels",
          TrainedModel.LABELS);

  private static final Pattern DATA_KEY = Pattern.compile("data(\\.[a-z-]+)+");
  private static final String FORMAT = "data.format";
  private static final String PATH = "data.path";

  /** Formats of data that is on no file system. */
  private static final Set<String> WITHOUT_FILES = Set.of("digits", "program");

  private DataConfiguration() {}

  /**
   * The configuration of a model's data: the model's data keys, followed by the choice's overrides.
   * Without {@link DataChoice#recorded} the model's keys say how data is read, but not where it is.
   *
   * @throws InputException if the choice names no location, and the model's data needs one
   */
  public static RunConfig of(TrainedModel model, DataChoice choice) {
    Map<String, Object> values = stored(model);
    if (!choice.recorded()) {
      if (!choice.namesPlace()) {
        unnamed(model)
            .ifPresent(
                reason -> {
                  throw new InputException(model.path() + ": " + reason);
                });
      }
      withoutPlace(values);
    }
    return RunConfig.ofStored(values, model.path(), choice.overrides(), Extensions.NONE)
        .withTable(model.table());
  }

  /** Why a model cannot be measured unless the user names data; empty if it needs no files. */
  public static Optional<String> unnamed(TrainedModel model) {
    if (WITHOUT_FILES.contains(model.dataKeys().getOrDefault(FORMAT, ""))) {
      return Optional.empty();
    }
    String path = model.dataKeys().getOrDefault(PATH, "");
    return Optional.of(
        path.isEmpty()
            ? "expected --data PATH, since the model records no data"
            : "the data that it was trained on is opened only if you name it: --recorded-data for "
                + InputErrors.shorten(path)
                + ", or --data PATH");
  }

  private static void withoutPlace(Map<String, Object> values) {
    values.put("data.parts", List.of());
    values.put(PATH, "");
    DataLocation.FILE_KEYS.forEach(key -> values.put(key, ""));
  }

  /**
   * The configuration of a model's data with settings of a program in place of the model's.
   *
   * @param settings values of {@code data} keys, as text, number, boolean or list
   * @param source examples that the program supplies, or null
   */
  public static RunConfig of(
      TrainedModel model, Map<String, ?> settings, @Nullable ExampleSource source) {
    Map<String, Object> values = stored(model);
    withoutPlace(values);
    values.putAll(settings);
    return RunConfig.ofStored(values, "set by the program", List.of(), Extensions.ofData(source))
        .withTable(model.table());
  }

  /** The model's data keys with their values; a value in brackets is a list in JSON. */
  private static Map<String, Object> stored(TrainedModel model) {
    Map<String, Object> values = new TreeMap<>();
    model
        .dataKeys()
        .forEach(
            (key, value) -> {
              if (!DATA_KEY.matcher(key).matches()) {
                throw InputErrors.of(
                    model.path(), "data.configuration", "keys that begin with data.", key);
              }
              values.put(key, LISTS.contains(key) ? list(model.path() + ": " + key, value) : value);
            });
    values.put("model.loss", Json.spelling(model.network().loss()));
    if (model.network().architecture() instanceof Architecture.Gpt2) {
      values.put("model.name", "gpt2");
    }
    return values;
  }

  private static List<Object> list(String place, String json) {
    JsonNode array = Json.parse(place, json.getBytes(StandardCharsets.UTF_8));
    return List.of(Json.read(place, "", array, Object[].class));
  }
}
