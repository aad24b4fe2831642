package io.centroid.spark.dl4j;

import io.centroid.train.worker.WorkerState;
import java.util.List;
import org.deeplearning4j.nn.api.Model;

/**
 * State carried from one epoch of a network to the next, in addition to the state of DL4J's
 * network.
 *
 * @param model the network
 * @param rounds number of completed rounds
 * @param outer the outer optimizer's vectors
 * @param own states of the workers, in worker order; empty if there are none
 */
record EpochState(Model model, long rounds, List<float[]> outer, List<WorkerState> own) {
  static EpochState of(Model model) {
    return new EpochState(model, 0, List.of(), List.of());
  }

  boolean isOf(Model other) {
    return model == other;
  }
}
