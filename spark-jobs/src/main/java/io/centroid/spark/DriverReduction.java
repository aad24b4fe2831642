package io.centroid.spark;

import io.centroid.averaging.OuterStep;
import io.centroid.train.RoundAggregation;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.RoundSpec;
import io.centroid.train.worker.WorkerResult;
import java.util.List;

/**
 * Driver-side aggregation: every worker sends its whole delta to the driver. Lowest latency, for
 * small models.
 */
record DriverReduction(RoundSpec spec, OuterStep outerStep, Lineage lineage, RoundTimer timer)
    implements Reduction {

  @Override
  public Reduced run(Round round, RoundRdd<?> results, RoundStart start) {
    long began = System.nanoTime();
    List<WorkerResult> inOrder =
        timer.run(
            round.number(),
            () ->
                Jobs.results("worker", results, result -> result.map(WorkerResult::withoutState))
                    .stream()
                    .map(ReadResult::require)
                    .toList());
    long ran = System.nanoTime();
    RoundAggregation aggregation = RoundAggregation.aggregate(round, spec, outerStep, inOrder);
    return new Reduced(
        aggregation.parameters(),
        new SparkCarriedState(lineage, aggregation.shared(), aggregation.outerState()),
        null,
        aggregation.totals(),
        ran - began,
        System.nanoTime() - ran,
        aggregation.deltaNorm(),
        aggregation.bytesUp());
  }
}
