package io.centroid.optim;

import java.io.Serializable;

/**
 * The learning rate of each step as a factor of the base learning rate: a linear warm-up from 0
 * over {@code warmupSteps}, then one of the shapes. Steps are those of one worker, counted from 0.
 */
public record LearningRateSchedule(long warmupSteps, Shape shape) implements Serializable {

  /** What follows the warm-up. */
  public sealed interface Shape extends Serializable {
    /** The factor at a step, warm-up included in the count. */
    double factor(long step, long warmupSteps);
  }

  /** The base learning rate throughout. */
  public record Constant() implements Shape {
    @Override
    public double factor(long step, long warmupSteps) {
      return 1;
    }
  }

  /** Multiplies the learning rate by {@code factor} each {@code every} steps. */
  public record Staircase(long every, double factor) implements Shape {
    @Override
    public double factor(long step, long warmupSteps) {
      return Math.pow(factor, step / every);
    }
  }

  /**
   * Half a cosine from the base learning rate down to {@code finalFraction} of it at {@code
   * totalSteps}: Loshchilov and Hutter, "SGDR" (ICLR 2017), without restarts.
   */
  public record Cosine(long totalSteps, double finalFraction) implements Shape {
    @Override
    public double factor(long step, long warmupSteps) {
      long length = Math.max(1, totalSteps - warmupSteps);
      double progress = Math.min(1.0, Math.max(0, step - warmupSteps) / (double) length);
      return finalFraction + (1 - finalFraction) * 0.5 * (1 + StrictMath.cos(Math.PI * progress));
    }
  }

  public double factor(long step) {
    if (step < warmupSteps) {
      return (step + 1.0) / (warmupSteps + 1.0) * shape.factor(step, warmupSteps);
    }
    return shape.factor(step, warmupSteps);
  }
}
