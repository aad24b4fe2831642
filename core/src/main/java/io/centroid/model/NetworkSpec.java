package io.centroid.model;

import io.centroid.data.InputShape;
import java.io.Serializable;

/**
 * All that rebuilds a network but its parameters. Small and serializable: it travels to executors
 * and into checkpoints.
 *
 * @param input shape of one example
 * @param outputs classes for cross-entropy, else 1
 * @param seed of the initial parameters
 */
public record NetworkSpec(
    Architecture architecture, InputShape input, int outputs, Loss loss, long seed, Backend backend)
    implements Serializable {

  /** A network on {@link Backend#CPU}. */
  public NetworkSpec(
      Architecture architecture, InputShape input, int outputs, Loss loss, long seed) {
    this(architecture, input, outputs, loss, seed, Backend.CPU);
  }

  /** Classes that the network tells apart; 0 for a regression. */
  public int classes() {
    return loss.classes(outputs);
  }
}
