package io.centroid.nn;

import io.centroid.data.TargetScaling;
import java.util.Optional;

/**
 * The last layer of a regression network whose output is weight * x + bias, with its place in the
 * parameter vector.
 */
public record LinearOutput(ParameterLayout.Entry weight, ParameterLayout.Entry bias) {

  /**
   * The last layer of a network; empty if it is not linear with a bias, or if its engine cannot
   * tell.
   */
  public static Optional<LinearOutput> of(NetworkSpec network) {
    if (network.loss() != Loss.MEAN_SQUARED_ERROR) {
      return Optional.empty();
    }
    return network
        .engine()
        .linearOutput(network)
        .map(
            layer ->
                new LinearOutput(
                    entry(network, layer + ".weight"), entry(network, layer + ".bias")));
  }

  private static ParameterLayout.Entry entry(NetworkSpec network, String name) {
    return network.layout().entries().stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the layout has no tensor " + name));
  }

  /**
   * Changes the layer so that the network predicts the same targets with another scaling.
   *
   * @param parameters parameter vector, changed in place
   */
  public void rescale(float[] parameters, TargetScaling from, TargetScaling to) {
    if (from.equals(to)) {
      return;
    }
    double factor = from.deviation() / to.deviation();
    for (int i = 0; i < weight.size(); i++) {
      int at = Math.toIntExact(weight.offset() + i);
      parameters[at] = (float) (parameters[at] * factor);
    }
    for (int i = 0; i < bias.size(); i++) {
      int at = Math.toIntExact(bias.offset() + i);
      double predicted = parameters[at] * from.deviation() + from.mean();
      parameters[at] = (float) ((predicted - to.mean()) / to.deviation());
    }
  }
}
