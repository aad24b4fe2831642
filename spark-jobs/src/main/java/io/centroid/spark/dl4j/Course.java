package io.centroid.spark.dl4j;

import io.centroid.train.worker.WorkerState;
import java.util.List;
import org.deeplearning4j.nn.api.Model;

/**
 * What goes from one epoch of a network to the next beside what DL4J's network holds itself.
 *
 * @param rounds so far
 * @param outer the outer step's vectors
 * @param own what each worker keeps, in worker order; empty if nothing
 */
record Course(Model model, long rounds, List<float[]> outer, List<WorkerState> own) {
  static Course of(Model model) {
    return new Course(model, 0, List.of(), List.of());
  }

  boolean isOf(Model other) {
    return model == other;
  }
}
