package io.centroid.export.verify;

import io.centroid.export.Task;
import io.centroid.export.WeightType;
import java.util.Locale;
import java.util.Map;

/**
 * How far an export may be from the model.
 *
 * @param difference of two outputs at most
 * @param agreement fraction of the examples, or tokens, that get the same answer at least
 * @param lostAccuracy fraction of the examples, or of the tokens, at most
 */
record Tolerance(double difference, double agreement, double lostAccuracy) {

  /**
   * The same computation in another order for float32 weights; rounded ones may move what was
   * undecided. Probabilities have a scale of their own; scores and numbers are as exact as they are
   * large.
   *
   * @param largest output of the model
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
   * Judges.
   *
   * @throws VerificationException if it is too far
   */
  void require(Verification found) {
    if (!(found.maxDifference() <= difference)) {
      throw refused(
          "the exported model differs from the trained one by %.3g on %s, expected at most %.3g",
          found.maxDifference(), found.source(), difference);
    }
    if (found.agreement() != null && found.agreement() < agreement) {
      throw refused(
          "the exported model gives the trained one's answer to %.4f of %s, expected at least %.3f",
          found.agreement(), found.source(), agreement);
    }
    double before = accuracy(found.before());
    double after = accuracy(found.after());
    if (before - after > lostAccuracy) {
      throw refused(
          "the exported model's accuracy on %s is %.4f, expected at most %.3f below the trained"
              + " one's %.4f",
          found.source(), after, lostAccuracy, before);
    }
  }

  private static VerificationException refused(String format, Object... values) {
    return new VerificationException(
        String.format(Locale.ROOT, format, values) + "; nothing was kept");
  }

  private static double accuracy(Map<String, Double> metrics) {
    return metrics.getOrDefault("accuracy", 0.0);
  }
}
