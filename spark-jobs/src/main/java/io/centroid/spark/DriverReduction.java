package io.centroid.spark;

import io.centroid.averaging.OuterStep;
import io.centroid.train.RoundAggregation;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.RoundSpec;
import io.centroid.train.worker.WorkerResult;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;

/** Every worker's whole delta comes to the driver: the least latency, for small models. */
record DriverReduction(RoundSpec spec, OuterStep outerStep, Lineage lineage, RoundClock clock)
    implements Reduction {

  @Override
  public Reduced run(Round round, RoundRdd<?> results, Broadcast<RoundStart> start) {
    long began = System.nanoTime();
    List<WorkerResult> inOrder =
        clock.run(
            round.number(),
            () ->
                Jobs.results("worker", results, result -> result.map(WorkerResult::withoutState))
                    .stream()
                    .map(Reading::require)
                    .toList());
    long ran = System.nanoTime();
    RoundAggregation meeting = RoundAggregation.aggregate(round, spec, outerStep, inOrder);
    return new Reduced(
        meeting.parameters(),
        new SparkCarriedState(lineage, meeting.shared(), meeting.outerState()),
        null,
        meeting.totals(),
        ran - began,
        System.nanoTime() - ran,
        meeting.bytesUp());
  }
}
