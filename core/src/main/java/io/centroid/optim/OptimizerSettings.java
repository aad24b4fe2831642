package io.centroid.optim;

import io.centroid.nn.ParameterLayout;
import java.io.Serializable;
import java.util.List;

/**
 * The inner optimizer: its update rule, its learning rate over the run, and gradient clipping.
 *
 * @param learningRate base learning rate, before scaling by the number of workers and the schedule
 * @param clipNorm global L2 norm to which gradients are clipped; 0 disables clipping
 */
public record OptimizerSettings(
    UpdateRule rule,
    double learningRate,
    LearningRateScaling scaling,
    double clipNorm,
    LearningRateSchedule schedule)
    implements Serializable {

  /** The built-in update rules. */
  public enum Name {
    SGD,
    MOMENTUM,
    NESTEROV,
    ADAMW;

    /** Creates the rule of this name; hyperparameters that it does not have are ignored. */
    public UpdateRule rule(
        double momentum, double weightDecay, double beta1, double beta2, double epsilon) {
      return switch (this) {
        case SGD -> new Sgd(weightDecay);
        case MOMENTUM -> new Momentum(momentum, false, weightDecay);
        case NESTEROV -> new Momentum(momentum, true, weightDecay);
        case ADAMW -> new AdamW(beta1, beta2, epsilon, weightDecay);
      };
    }
  }

  /**
   * Scaling of the learning rate with the number of workers W, each of which takes 1/W of the steps
   * of a single process (Goyal et al., "Accurate, large minibatch SGD", 2017, for the linear rule).
   */
  public enum LearningRateScaling {
    NONE,
    LINEAR,
    SQUARE_ROOT
  }

  /** These settings with another schedule. */
  public OptimizerSettings withSchedule(LearningRateSchedule other) {
    return new OptimizerSettings(rule, learningRate, scaling, clipNorm, other);
  }

  /** Creates an optimizer with zero state for vectors of this layout. */
  public Optimizer create(ParameterLayout layout) {
    return new Optimizer(layout, rule);
  }

  /** Names of the state vectors in checkpoints. */
  public List<String> stateNames() {
    return rule.stateNames();
  }

  /**
   * The learning rate of a worker's step.
   *
   * @param step index of the worker's step, counted from 0 over the whole run
   * @param workers number of logical workers
   */
  public double learningRateAt(long step, int workers) {
    double scaled =
        switch (scaling) {
          case NONE -> learningRate;
          case LINEAR -> learningRate * workers;
          case SQUARE_ROOT -> learningRate * Math.sqrt(workers);
        };
    return scaled * schedule.factor(step);
  }
}
