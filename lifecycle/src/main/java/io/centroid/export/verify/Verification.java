package io.centroid.export.verify;

import io.centroid.io.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of comparing an export with the model's own outputs.
 *
 * @param source description of the examples' source; says so if they are random
 * @param real true for real examples, false for random ones
 * @param examples number of compared examples
 * @param values number of compared output values over all examples
 * @param maxDifference maximum absolute difference of two output values
 * @param tolerance maximum tolerated difference
 * @param agreement fraction of the examples (for a language model, tokens) with the same
 *     prediction; null for a regression
 * @param before metrics of the trained model on the examples (accuracy, loss); empty without
 *     targets
 * @param after the same metrics of the export
 */
public record Verification(
    String source,
    boolean real,
    long examples,
    long values,
    double maxDifference,
    double tolerance,
    @Nullable Double agreement,
    Map<String, Double> before,
    Map<String, Double> after) {
  public Verification {
    Json.require(examples >= 0, "examples", "0 or more");
    Json.require(values >= 0, "values", "0 or more");
    before = Map.copyOf(before);
    after = Map.copyOf(after);
  }
}
