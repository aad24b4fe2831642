package io.centroid.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.checkpoint.Manifest;
import io.centroid.data.DataSummary;
import io.centroid.data.Normalization;
import io.centroid.data.csv.TableSchema;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The {@code data} object of a run's manifests.
 *
 * @param sha256 SHA-256 of the training data; of a private run their digest by its key
 * @param train number of training examples
 * @param validation number of validation examples
 * @param normalization normalization of the inputs, and of the targets of a regression
 * @param configuration keys that determine how the data is read
 * @param table what the columns of a table mean; null for other data
 * @param provenance what is known of the data's origin, such as its redaction; null if nothing is
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DataJson(
    String sha256,
    long train,
    long validation,
    ModelJson.Scaling normalization,
    Map<String, String> configuration,
    @Nullable TableSchema table,
    @Nullable Map<String, String> provenance) {

  /**
   * Creates it from a run's training data and settings.
   *
   * @param digest digest of the training data
   */
  public static DataJson of(
      DataSummary data,
      String digest,
      Normalization normalization,
      Map<String, String> configuration,
      @Nullable TableSchema table,
      Map<String, String> provenance) {
    return new DataJson(
        digest,
        data.train(),
        data.validation(),
        ModelJson.Scaling.of(normalization),
        configuration,
        table,
        provenance.isEmpty() ? null : provenance);
  }

  /** The provenance; empty if it is not recorded. */
  public Map<String, String> known() {
    return Objects.requireNonNullElse(provenance, Map.of());
  }

  /** Whether the run normalized features and targets so. */
  public boolean hasNormalization(Normalization other) {
    return normalization.equals(ModelJson.Scaling.of(other));
  }

  /**
   * Reads it from a checkpoint's manifest.
   *
   * @throws InputException if a key is missing or invalid; the message names the file and the key
   */
  public static DataJson read(Path checkpoint, Manifest manifest) {
    return Json.read(
        new Path(checkpoint, Manifest.FILE).toString(),
        "data",
        manifest.snapshot().data(),
        DataJson.class);
  }
}
