package io.centroid.cli.report;

import java.util.Locale;
import java.util.Map;

/**
 * The state of a training run in one line.
 *
 * @param epoch epoch that is trained or was completed, from 1
 * @param epochs number of epochs of the run; 0 if it is not known
 * @param step number of steps per worker so far
 * @param steps number of steps of the run; 0 if it is not known
 * @param loss training loss
 * @param validation validation metrics, see {@link #metrics}; empty without an evaluation
 * @param examplesPerSecond training throughput
 * @param left time left; empty if it is not known
 */
public record RunLine(
    long epoch,
    long epochs,
    long step,
    long steps,
    double loss,
    String validation,
    double examplesPerSecond,
    String left) {

  /** The line. */
  public String text() {
    return position()
        + String.format(Locale.ROOT, ", loss %.4f", loss)
        + (validation.isEmpty() ? "" : ", validation " + validation)
        + String.format(Locale.ROOT, ", %,.0f examples/s", examplesPerSecond)
        + (left.isEmpty() ? "" : ", " + left);
  }

  /** The epoch and the step. */
  public String position() {
    return String.format(Locale.ROOT, "epoch %d%s, step %,d%s", epoch, of(epochs), step, of(steps));
  }

  private static String of(long total) {
    return total == 0 ? "" : String.format(Locale.ROOT, " of %,d", total);
  }

  /** The time left as text, such as {@code 4:05 left}. */
  public static String left(long seconds) {
    return TimeLeft.of(seconds);
  }

  /** The main metric of an evaluation, and the loss. */
  public static String metrics(Map<String, Double> metrics) {
    Double loss = metrics.get("loss");
    String quality = quality(metrics, "mean absolute error");
    String after = loss == null ? "" : String.format(Locale.ROOT, "loss %.4f", loss);
    return quality + (quality.isEmpty() || after.isEmpty() ? "" : ", ") + after;
  }

  /**
   * The main metric of an evaluation: perplexity, accuracy or the mean absolute error.
   *
   * @param error name for the mean absolute error
   */
  static String quality(Map<String, Double> metrics, String error) {
    Double perplexity = metrics.get("perplexity");
    if (perplexity != null) {
      return String.format(Locale.ROOT, "perplexity %.3f", perplexity);
    }
    Double accuracy = metrics.get("accuracy");
    if (accuracy != null) {
      return String.format(Locale.ROOT, "accuracy %.4f", accuracy);
    }
    Double absolute = metrics.get("meanAbsoluteError");
    return absolute == null ? "" : String.format(Locale.ROOT, "%s %.4f", error, absolute);
  }
}
