package io.centroid.train;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Early stopping: stops when the validation metric has not improved for a number of consecutive
 * evaluations (Prechelt, "Early stopping - but when?", 1998). Its state is part of a checkpoint, so
 * that a resumed run stops at the same step as an uninterrupted one.
 */
public final class EarlyStopping {

  /** Best value so far (NaN: none), and the number of evaluations since without improvement. */
  public record State(double best, int withoutGain) {}

  /** State before the first evaluation. */
  public static final State FRESH = new State(Double.NaN, 0);

  private final Metric metric;
  private final int patience;
  private final double minimumGain;
  private double best = Double.NaN;
  private int withoutGain;

  /**
   * Creates a rule.
   *
   * @param patience number of evaluations without improvement after which the run stops; 0: never
   * @param minimumGain smallest change that counts as an improvement
   */
  public EarlyStopping(Metric metric, int patience, double minimumGain) {
    this.metric = metric;
    this.patience = patience;
    this.minimumGain = minimumGain;
  }

  public static EarlyStopping never() {
    return new EarlyStopping(Metric.LOSS, 0, 0);
  }

  public void onValidation(Map<String, Double> metrics) {
    double value = metric.of(metrics);
    if (metric.isBetter(value, best, minimumGain)) {
      best = value;
      withoutGain = 0;
    } else {
      withoutGain++;
    }
  }

  /** State to store in a checkpoint. */
  public State state() {
    return new State(best, withoutGain);
  }

  public void restore(State state) {
    best = state.best();
    withoutGain = state.withoutGain();
  }

  /** Why the run stops, for the user; null if it does not. */
  public @Nullable String reason() {
    return isReached()
        ? String.format(
            Locale.ROOT,
            "validation %s has not improved on %.4f for %d epoch%s",
            metric.key(),
            best,
            withoutGain,
            withoutGain == 1 ? "" : "s")
        : null;
  }

  public boolean isReached() {
    return patience > 0 && withoutGain >= patience;
  }
}
