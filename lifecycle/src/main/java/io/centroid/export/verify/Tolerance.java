package io.centroid.export.verify;

import io.centroid.data.TargetScaling;
import io.centroid.export.Task;
import io.centroid.export.WeightType;
import java.util.Locale;
import java.util.Map;

/**
 * The tolerated deviation of an export from the model.
 *
 * @param difference maximum absolute difference of two outputs
 * @param agreement minimum fraction of the examples, or tokens, with the same prediction
 * @param lostAccuracy maximum loss of accuracy, as a fraction of the examples or tokens
 */
record Tolerance(double difference, double agreement, double lostAccuracy) {

  /**
   * The tolerance for a task and weight type. Exports with float32 weights differ by the order of
   * summation; rounded weights may also change close predictions. The tolerance of logits and
   * regression outputs scales with their magnitude; that of probabilities does not.
   *
   * @param largest largest absolute output of the model
   */
  static Tolerance of(Task task, WeightType weights, double largest) {
    double scale = task == Task.CLASSIFICATION ? 1 : Math.max(1, largest / 10);
    double exact = task == Task.LANGUAGE ? 1e-4 : 1e-5;
    return switch (weights) {
      case FP32 -> new Tolerance(exact * scale, 0.999, 0.001);
      case FP16 -> new Tolerance(0.05 * scale, 0.97, 0.005);
      case INT8 -> new Tolerance(scale, 0.9, 0.02);
    };
  }

  /**
   * The tolerance of outputs that are scaled back: a tolerance of standardized outputs in the unit
   * of the targets, and the rounding to float32 in that unit.
   *
   * @param largest largest absolute standardized output of the model
   */
  Tolerance scaled(TargetScaling targets, double largest) {
    if (targets.equals(TargetScaling.NONE)) {
      return this;
    }
    double magnitude = Math.abs(targets.mean()) + largest * targets.deviation();
    return new Tolerance(
        difference * targets.deviation() + 4 * Math.ulp((float) magnitude),
        agreement,
        lostAccuracy);
  }

  /**
   * Requires a verification to be within the tolerance.
   *
   * @throws VerificationException if it is not
   */
  void require(Verification found) {
    if (!(found.maxDifference() <= difference)) {
      throw failure(
          "the exported model differs from the trained one by %.3g on %s, expected at most %.3g",
          found.maxDifference(), found.source(), difference);
    }
    if (found.agreement() != null && found.agreement() < agreement) {
      throw failure(
          "the exported model agrees with the trained one on %.4f of %s, expected at least %.3f",
          found.agreement(), found.source(), agreement);
    }
    double before = accuracy(found.before());
    double after = accuracy(found.after());
    if (before - after > lostAccuracy) {
      throw failure(
          "the exported model's accuracy on %s is %.4f, expected at most %.3f below the trained"
              + " one's %.4f",
          found.source(), after, lostAccuracy, before);
    }
  }

  private static VerificationException failure(String format, Object... values) {
    return new VerificationException(
        String.format(Locale.ROOT, format, values) + "; the export was discarded");
  }

  private static double accuracy(Map<String, Double> metrics) {
    return metrics.getOrDefault("accuracy", 0.0);
  }
}
