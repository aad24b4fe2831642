package io.centroid.spark.dl4j;

import io.centroid.InputException;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * DL4J's listeners on the driver. They hear of the ends of rounds, with the network at the
 * parameters that the round led to, and of starts and ends of epochs; steps happen elsewhere.
 */
final class RoundListeners {
  private List<TrainingListener> listeners = List.of();

  /**
   * Replaces the listeners.
   *
   * @throws InputException if one of them listens to single steps for a store of statistics
   */
  void set(Collection<? extends TrainingListener> wanted) {
    for (TrainingListener listener : wanted) {
      if (listener instanceof RoutingIterationListener) {
        throw new InputException(
            "CentroidTrainingMaster calls listeners on the driver after each round; "
                + listener.getClass().getSimpleName()
                + " needs every step of every worker and is not supported");
      }
    }
    listeners = List.copyOf(wanted);
  }

  boolean isEmpty() {
    return listeners.isEmpty();
  }

  void epochStarts(Network network) {
    listeners.forEach(listener -> listener.onEpochStart(network.model()));
  }

  void roundDone(Network network, double loss) {
    score(network, loss);
    listeners.forEach(
        listener -> listener.iterationDone(network.model(), network.iteration(), network.epoch()));
  }

  void epochEnds(Network network) {
    listeners.forEach(listener -> listener.onEpochEnd(network.model()));
  }

  /** What the network tells as its score. */
  static void score(Network network, double loss) {
    if (network instanceof Network.Graph graph) {
      graph.model().setScore(loss);
    } else if (network instanceof Network.Sequential sequential) {
      sequential.model().setScore(loss);
    }
  }
}
