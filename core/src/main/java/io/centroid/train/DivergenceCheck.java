package io.centroid.train;

import io.centroid.evaluate.Evaluation;
import io.centroid.train.worker.EvaluationSet;
import java.util.Locale;

/** What must be finite before it goes on or is saved. */
public final class DivergenceCheck {
  private DivergenceCheck() {}

  /** Whether all of {@code values[from..from + length)} are finite. */
  public static boolean are(float[] values, int from, int length) {
    // Finite values times zero are zeros, others are NaN. Four sums at once wait less.
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
   * Refuses parameters that the outer step moved out of the finite numbers, though every worker
   * stayed within them.
   */
  static void requireMoved(long round, float[] parameters) {
    if (!are(parameters, 0, parameters.length)) {
      throw new DivergedException(
          round, "after the outer step the global parameters are not finite");
    }
  }

  /**
   * Refuses an evaluation whose loss is no number.
   *
   * @throws DivergedException naming the part and the loss
   */
  public static void requireLoss(TrainState state, EvaluationSet part, Evaluation evaluation) {
    if (evaluation.examples() > 0 && !Double.isFinite(evaluation.loss())) {
      throw new DivergedException(
          state.rounds() - 1,
          "afterwards the "
              + part.name().toLowerCase(Locale.ROOT)
              + " loss is "
              + evaluation.loss()
              + ", not a finite number");
    }
  }
}
