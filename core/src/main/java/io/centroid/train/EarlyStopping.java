package io.centroid.train;

import java.util.Map;

/**
 * Stops when the validation metric has not improved for a number of evaluations in a row (Prechelt,
 * "Early stopping - but when?", 1998). Its state is part of a checkpoint, so a resumed run stops
 * where an undisturbed one would.
 */
public final class EarlyStopping {

  /** The best value so far (NaN: none) and the evaluations since. */
  public record State(double best, int withoutGain) {}

  /** Before the first evaluation. */
  public static final State FRESH = new State(Double.NaN, 0);

  private final Metric metric;
  private final int patience;
  private final double minimumGain;
  private double best = Double.NaN;
  private int withoutGain;

  /**
   * A rule.
   *
   * @param patience evaluations without a gain after which the run stops; 0 means never
   * @param minimumGain improvement that counts
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

  /** What must be kept to go on after a resumption. */
  public State state() {
    return new State(best, withoutGain);
  }

  public void restore(State state) {
    best = state.best();
    withoutGain = state.withoutGain();
  }

  public boolean isReached() {
    return patience > 0 && withoutGain >= patience;
  }
}
