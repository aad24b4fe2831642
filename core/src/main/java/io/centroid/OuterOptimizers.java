package io.centroid;

import io.centroid.averaging.OuterStep;
import java.util.Map;

/**
 * Outer optimizers, which update the global parameters with the workers' mean delta after each
 * round.
 */
public final class OuterOptimizers {
  private OuterOptimizers() {}

  /** Plain averaging: the workers' mean (McMahan et al., AISTATS 2017). */
  public static OuterOptimizer mean() {
    return new OuterOptimizer(Map.of("outer.name", "mean"), null);
  }

  /**
   * SGD on the negative delta (Reddi et al., ICLR 2021); 1 is plain averaging.
   *
   * @param learningRate learning rate, above 0
   */
  public static OuterOptimizer sgd(double learningRate) {
    return new OuterOptimizer(
        Map.of("outer.name", "sgd", "outer.learning-rate", learningRate), null);
  }

  /**
   * SGD with momentum on the negative delta.
   *
   * @param learningRate learning rate, above 0, such as 0.7
   * @param momentum decay of the velocity, from 0 to below 1, such as 0.9
   */
  public static OuterOptimizer momentum(double learningRate, double momentum) {
    return new OuterOptimizer(
        Map.of(
            "outer.name", "momentum",
            "outer.learning-rate", learningRate,
            "outer.momentum", momentum),
        null);
  }

  /**
   * Nesterov momentum with the pseudo-gradient -delta: DiLoCo (Douillard et al., arXiv 2311.08105).
   *
   * @param learningRate outer learning rate, above 0, such as 0.7
   * @param momentum momentum, from 0 to below 1, such as 0.9
   */
  public static OuterOptimizer nesterov(double learningRate, double momentum) {
    return new OuterOptimizer(
        Map.of(
            "outer.name", "nesterov",
            "outer.learning-rate", learningRate,
            "outer.momentum", momentum),
        null);
  }

  /**
   * Adam with the pseudo-gradient -delta: FedAdam (Reddi et al., ICLR 2021).
   *
   * @param learningRate outer learning rate, above 0, such as 0.01
   */
  public static OuterOptimizer adam(double learningRate) {
    return new OuterOptimizer(
        Map.of("outer.name", "adam", "outer.learning-rate", learningRate), null);
  }

  /** A custom outer optimizer. */
  public static OuterOptimizer of(OuterStep step) {
    return new OuterOptimizer(Map.of("outer.name", step.name()), step);
  }
}
