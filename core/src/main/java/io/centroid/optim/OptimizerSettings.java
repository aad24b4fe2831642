package io.centroid.optim;

import io.centroid.nn.ParameterLayout;
import java.io.Serializable;
import java.util.List;

/**
 * Which optimizer a worker runs, and how.
 *
 * @param rate base learning rate, before scaling by the number of workers and the schedule
 * @param clipNorm largest L2 norm of a batch's gradient; 0 means no clipping
 */
public record OptimizerSettings(
    Name name,
    double rate,
    RateScaling rateScaling,
    double momentum,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    double clipNorm,
    RateSchedule schedule)
    implements Serializable {

  public enum Name {
    SGD,
    MOMENTUM,
    NESTEROV,
    ADAMW
  }

  /**
   * How the rate grows with the number of workers: each takes 1/W of the steps of a single process
   * (Goyal et al., "Accurate, large minibatch SGD", 2017, for the linear rule).
   */
  public enum RateScaling {
    NONE,
    LINEAR,
    SQUARE_ROOT
  }

  /** The same optimizer under another schedule. */
  public OptimizerSettings withSchedule(RateSchedule other) {
    return new OptimizerSettings(
        name, rate, rateScaling, momentum, weightDecay, beta1, beta2, epsilon, clipNorm, other);
  }

  public Optimizer create(ParameterLayout layout) {
    return switch (name) {
      case SGD -> new Sgd(layout, weightDecay);
      case MOMENTUM -> new Momentum(layout, momentum, false, weightDecay);
      case NESTEROV -> new Momentum(layout, momentum, true, weightDecay);
      case ADAMW -> new AdamW(layout, beta1, beta2, epsilon, weightDecay);
    };
  }

  /** Whether a step is p -= rate * (g + decay * p) and nothing else. */
  public boolean isPlainSgd() {
    return name == Name.SGD && clipNorm == 0;
  }

  /** Names of the state's vectors, as checkpoints store them. */
  public List<String> momentNames() {
    return switch (name) {
      case SGD -> List.of();
      case MOMENTUM, NESTEROV -> List.of("momentum");
      case ADAMW -> List.of("first-moment", "second-moment");
    };
  }

  /** The rate of a worker's step, counted from 0 over the whole run. */
  public double rateAt(long step, int workers) {
    double scaled =
        switch (rateScaling) {
          case NONE -> rate;
          case LINEAR -> rate * workers;
          case SQUARE_ROOT -> rate * Math.sqrt(workers);
        };
    return scaled * schedule.factor(step);
  }
}
