package io.centroid.bench.scaling;

import java.util.ArrayList;
import java.util.List;

/**
 * What a cost model says of a cluster with one worker on each executor.
 *
 * @param gigabits a second, of each executor's link and the driver's
 * @param overheadNanos of a round beside its local steps, deltas meeting where it is cheaper
 * @param localSteps the least H that keeps meetings within their share
 */
public record Forecast(
    int executors,
    long parameters,
    double gigabits,
    CostModel.Meeting meeting,
    double overheadNanos,
    double stepNanos,
    long localSteps) {
  private static final List<Integer> EXECUTORS = List.of(8, 64, 256, 1024);
  private static final List<Long> PARAMETERS =
      List.of(100_000L, 1_000_000L, 10_000_000L, 100_000_000L, 1_000_000_000L);
  private static final List<Integer> GIGABITS = List.of(1, 10, 100);

  /**
   * What a step takes, and what meetings may.
   *
   * @param gigaflops of one worker
   * @param batchSize examples of one step of one worker
   * @param share of the time that meetings may take
   */
  public record Assumption(double gigaflops, int batchSize, double share) {
    /** Six operations a parameter and an example: two forwards and four backwards. */
    double stepNanos(long parameters) {
      return 6.0 * parameters * batchSize / gigaflops;
    }
  }

  static Forecast of(
      CostModel model, Assumption assumption, int executors, long parameters, double gigabits) {
    CostModel.Cluster cluster = new CostModel.Cluster(executors, executors, gigabits * 1e9 / 8);
    CostModel.Meeting meeting = model.cheaper(cluster, parameters);
    double overhead = model.overheadNanos(cluster, parameters, meeting);
    double step = assumption.stepNanos(parameters);
    return new Forecast(
        executors,
        parameters,
        gigabits,
        meeting,
        overhead,
        step,
        model.localSteps(overhead, step, assumption.share()));
  }

  /** Of clusters and networks from small to large. */
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
