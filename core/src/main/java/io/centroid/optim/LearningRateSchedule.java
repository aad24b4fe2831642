package io.centroid.optim;

import java.io.Serializable;

/**
 * The learning rate of each step as a multiple of the base learning rate: a linear warm-up from 0
 * over {@code warmupSteps}, then one of the shapes. Steps are a worker's steps, counted from 0.
 */
public record LearningRateSchedule(long warmupSteps, Shape shape) implements Serializable {

  /** The shape of the schedule after the warm-up. */
  public sealed interface Shape extends Serializable {
    /** The factor at a step, counted from the start of the warm-up. */
    double factor(long step, long warmupSteps);
  }

  /** A constant learning rate. */
  public record Constant() implements Shape {
    @Override
    public double factor(long step, long warmupSteps) {
      return 1;
    }
  }

  /** Step decay: multiplies the learning rate by {@code factor} every {@code every} steps. */
  public record Staircase(long every, double factor) implements Shape {
    @Override
    public double factor(long step, long warmupSteps) {
      return StrictMath.pow(factor, step / every);
    }
  }

  /**
   * Cosine decay from the base learning rate to {@code finalFraction} of it at {@code totalSteps}:
   * Loshchilov and Hutter, "SGDR" (ICLR 2017), without restarts.
   */
  public record Cosine(long totalSteps, double finalFraction) implements Shape {
    @Override
    public double factor(long step, long warmupSteps) {
      long length = Math.max(1, totalSteps - warmupSteps);
      double progress = Math.min(1.0, Math.max(0, step - warmupSteps) / (double) length);
      return finalFraction + (1 - finalFraction) * 0.5 * (1 + StrictMath.cos(Math.PI * progress));
    }
  }

  /**
   * Warmup-stable-decay: the base learning rate, then a linear decay to {@code finalFraction} of it
   * over the last {@code decayFraction} of the steps (Hu et al., "MiniCPM", 2024). Until the decay
   * begins the learning rate does not depend on the length of the run.
   */
  public record StableDecay(long totalSteps, double decayFraction, double finalFraction)
      implements Shape {

    /** The first step of the decay, for a run of this number of steps. */
    public long decayStart(long steps) {
      return steps - Math.round(decayFraction * steps);
    }

    @Override
    public double factor(long step, long warmupSteps) {
      long start = decayStart(totalSteps);
      if (step < start) {
        return 1;
      }
      double progress = Math.min(1.0, (step - start + 1) / (double) (totalSteps - start));
      return 1 - (1 - finalFraction) * progress;
    }
  }

  public double factor(long step) {
    if (step < warmupSteps) {
      return (step + 1.0) / (warmupSteps + 1.0) * shape.factor(step, warmupSteps);
    }
    return shape.factor(step, warmupSteps);
  }
}
