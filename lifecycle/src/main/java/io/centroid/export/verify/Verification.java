package io.centroid.export.verify;

import io.centroid.io.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How what was written compares with the model's own outputs.
 *
 * @param source where the examples came from, for people; says so if they were drawn
 * @param real whether they are real examples
 * @param examples how many were compared
 * @param values how many numbers were compared, over all examples
 * @param maxDifference largest absolute difference of two numbers
 * @param tolerance that it had to stay within
 * @param agreement fraction of the examples (of a language model, tokens) whose largest output is
 *     the same one; null of a regression
 * @param before metrics of the model itself on the examples (accuracy, loss); empty if they have no
 *     targets
 * @param after the same metrics of what was written
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
