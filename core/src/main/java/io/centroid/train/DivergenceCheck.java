package io.centroid.train;

import io.centroid.evaluate.Evaluation;
import io.centroid.train.worker.EvaluationSet;
import java.util.Locale;

/** Checks that parameters and losses are finite. */
public final class DivergenceCheck {
  private DivergenceCheck() {}

  /** True if all of {@code values[from..from + length)} are finite. */
  public static boolean allFinite(float[] values, int from, int length) {
    // A finite value times 0 is 0, any other is NaN. Four sums hide the latency of the additions.
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int to = from + length;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += values[i] * 0;
      b += values[i + 1] * 0;
      c += values[i + 2] * 0;
      d += values[i + 3] * 0;
    }
    for (; i < to; i++) {
      a += values[i] * 0;
    }
    return a + b + c + d == 0;
  }

  /**
   * Checks the parameters after the outer step, which can overflow although every worker's are
   * finite.
   *
   * @throws DivergedException if a parameter is NaN or infinite
   */
  static void requireFiniteParameters(long round, float[] parameters) {
    if (!allFinite(parameters, 0, parameters.length)) {
      throw new DivergedException(
          round, "the global parameters are not finite after the outer step");
    }
  }

  /**
   * Checks the loss of an evaluation.
   *
   * @throws DivergedException if the loss is NaN or infinite
   */
  public static void requireFiniteLoss(
      TrainState state, EvaluationSet part, Evaluation evaluation) {
    if (evaluation.examples() > 0 && !Double.isFinite(evaluation.loss())) {
      throw new DivergedException(
          state.rounds() - 1,
          "the "
              + part.name().toLowerCase(Locale.ROOT)
              + " loss after the round is not finite ("
              + evaluation.loss()
              + ")");
    }
  }
}
