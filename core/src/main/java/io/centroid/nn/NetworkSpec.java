package io.centroid.nn;

import io.centroid.data.InputShape;
import java.io.Serializable;

/**
 * All that rebuilds a network but its parameters. Small and serializable: it travels to executors
 * and into checkpoints.
 *
 * @param input shape of one example
 * @param outputs classes for cross-entropy, else 1
 * @param seed of the initial parameters
 * @param engine what computes it; not a part of what the network is
 */
public record NetworkSpec(
    Architecture architecture,
    InputShape input,
    int outputs,
    Loss loss,
    long seed,
    LearnerFactory engine)
    implements Serializable {

  /** A network on this module's engine, {@link CpuEngine}. */
  public NetworkSpec(
      Architecture architecture, InputShape input, int outputs, Loss loss, long seed) {
    this(architecture, input, outputs, loss, seed, new CpuEngine());
  }

  /** A learner with the initial parameters; whoever asks for it closes it. */
  public Learner newLearner() {
    return engine.create(this);
  }

  /** The layout of the parameters. */
  public ParameterLayout layout() {
    return engine.layout(this);
  }

  /** Classes that the network tells apart; 0 for a regression. */
  public int classes() {
    return loss.classes(outputs);
  }
}
