package io.centroid.spark.dl4j;

import io.centroid.error.InputException;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Calls DL4J's TrainingListeners on the driver: after each round, with the parameters that the
 * round produced, and at the start and end of an epoch. Single steps run on the executors and are
 * not reported.
 */
final class RoundListeners {
  private List<TrainingListener> listeners = List.of();

  /**
   * Replaces the listeners.
   *
   * @throws InputException if a listener needs every step, to collect statistics
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

  void epochStarts(Dl4jNetwork network) {
    listeners.forEach(listener -> listener.onEpochStart(network.model()));
  }

  void roundDone(Dl4jNetwork network, double loss) {
    score(network, loss);
    listeners.forEach(
        listener -> listener.iterationDone(network.model(), network.iteration(), network.epoch()));
  }

  void epochEnds(Dl4jNetwork network) {
    listeners.forEach(listener -> listener.onEpochEnd(network.model()));
  }

  /** Sets the score of the network. */
  static void score(Dl4jNetwork network, double loss) {
    if (network instanceof Dl4jNetwork.Graph graph) {
      graph.model().setScore(loss);
    } else if (network instanceof Dl4jNetwork.Sequential sequential) {
      sequential.model().setScore(loss);
    }
  }
}
