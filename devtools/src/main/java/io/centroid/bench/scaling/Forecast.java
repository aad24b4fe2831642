package io.centroid.bench.scaling;

import java.util.ArrayList;
import java.util.List;

/**
 * Prediction of a cost model for a cluster with one worker per executor.
 *
 * @param gigabits bandwidth of each executor's and the driver's link in Gbit/s
 * @param overheadNanos nanoseconds of a round in addition to its local steps, with the cheaper
 *     aggregation
 * @param stepNanos nanoseconds of one local step
 * @param localSteps smallest H that keeps communication within its share
 */
public record Forecast(
    int executors,
    long parameters,
    double gigabits,
    CostModel.Aggregation aggregation,
    double overheadNanos,
    double stepNanos,
    long localSteps) {
  private static final List<Integer> EXECUTORS = List.of(8, 64, 256, 1024);
  private static final List<Long> PARAMETERS =
      List.of(100_000L, 1_000_000L, 10_000_000L, 100_000_000L, 1_000_000_000L);
  private static final List<Integer> GIGABITS = List.of(1, 10, 100);

  /**
   * Assumptions about the speed of a step and the communication share.
   *
   * @param gigaflops speed of one worker in GFLOP/s
   * @param batchSize examples per worker and step
   * @param share maximum communication share of the time
   */
  public record Assumption(double gigaflops, int batchSize, double share) {
    /** Six operations per parameter and example: two forward and four backward. */
    double stepNanos(long parameters) {
      return 6.0 * parameters * batchSize / gigaflops;
    }
  }

  static Forecast of(
      CostModel model, Assumption assumption, int executors, long parameters, double gigabits) {
    CostModel.Cluster cluster = new CostModel.Cluster(executors, executors, gigabits * 1e9 / 8);
    CostModel.Aggregation aggregation = model.cheaper(cluster, parameters);
    double overhead = model.overheadNanos(cluster, parameters, aggregation);
    double step = assumption.stepNanos(parameters);
    return new Forecast(
        executors,
        parameters,
        gigabits,
        aggregation,
        overhead,
        step,
        model.localSteps(overhead, step, assumption.share()));
  }

  /** Predictions for small to large clusters and networks. */
  static List<Forecast> all(CostModel model, Assumption assumption) {
    List<Forecast> all = new ArrayList<>();
    for (int gigabits : GIGABITS) {
      for (long parameters : PARAMETERS) {
        for (int executors : EXECUTORS) {
          all.add(of(model, assumption, executors, parameters, gigabits));
        }
      }
    }
    return all;
  }
}
