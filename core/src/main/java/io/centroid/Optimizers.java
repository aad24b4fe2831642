package io.centroid;

import io.centroid.optim.UpdateRule;
import java.util.Map;

/** Inner optimizers, with which the workers take their local steps. */
public final class Optimizers {
  private Optimizers() {}

  /**
   * Stochastic gradient descent.
   *
   * @param learningRate learning rate, above 0
   */
  public static InnerOptimizer sgd(double learningRate) {
    return named("sgd", learningRate);
  }

  /**
   * SGD with momentum (Sutskever et al., ICML 2013).
   *
   * @param learningRate learning rate, above 0
   * @param momentum decay of the velocity, from 0 to below 1
   */
  public static InnerOptimizer momentum(double learningRate, double momentum) {
    return named("momentum", learningRate).set("momentum", momentum);
  }

  /**
   * SGD with Nesterov's momentum.
   *
   * @param learningRate learning rate, above 0
   * @param momentum decay of the velocity, from 0 to below 1
   */
  public static InnerOptimizer nesterov(double learningRate, double momentum) {
    return named("nesterov", learningRate).set("momentum", momentum);
  }

  /**
   * Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019).
   *
   * @param learningRate learning rate, above 0
   */
  public static InnerOptimizer adamW(double learningRate) {
    return named("adamw", learningRate);
  }

  /**
   * A custom optimizer.
   *
   * @param learningRate learning rate, above 0
   */
  public static InnerOptimizer of(UpdateRule rule, double learningRate) {
    return new InnerOptimizer(
        Map.of("optimizer.name", rule.name(), "optimizer.learning-rate", learningRate), rule);
  }

  private static InnerOptimizer named(String name, double learningRate) {
    return new InnerOptimizer(
        Map.of("optimizer.name", name, "optimizer.learning-rate", learningRate), null);
  }
}
