package io.centroid.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.checkpoint.Manifest;
import io.centroid.data.DataSummary;
import io.centroid.data.Normalization;
import io.centroid.data.csv.TableSchema;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The {@code data} object of a run's manifests.
 *
 * @param sha256 SHA-256 of the training data
 * @param train number of training examples
 * @param validation number of validation examples
 * @param normalization normalization of the inputs, and of the targets of a regression
 * @param configuration keys that determine how the data is read
 * @param table what the columns of a table mean; null for other data
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DataJson(
    String sha256,
    long train,
    long validation,
    ModelJson.Scaling normalization,
    Map<String, String> configuration,
    @Nullable TableSchema table) {

  /** Creates it from a run's training data and settings. */
  public static DataJson of(
      DataSummary data,
      Normalization normalization,
      Map<String, String> configuration,
      @Nullable TableSchema table) {
    return new DataJson(
        data.sha256(),
        data.train(),
        data.validation(),
        ModelJson.Scaling.of(normalization),
        configuration,
        table);
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
