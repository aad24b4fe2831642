package io.centroid.train;

import io.centroid.averaging.OuterStep;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.evaluate.Evaluation;
import io.centroid.optim.InnerState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.SlicedState;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerSpec;
import io.centroid.train.worker.WorkerState;
import io.centroid.train.worker.WorkerTask;
import io.centroid.train.worker.WorkerTotals;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Workers on the threads of this JVM. */
final class LocalWorkers implements Workers {
  private final LocalShardedData data;
  private final WorkerSpec spec;
  private final OuterStep outerStep;

  LocalWorkers(LocalShardedData data, WorkerSpec spec, OuterStep outerStep) {
    this.data = data;
    this.spec = spec;
    this.outerStep = outerStep;
  }

  @Override
  public RoundResult run(Round round) {
    List<Shard> shards = data.shards(Split.TRAIN);
    WorkerTask task = WorkerTask.of(spec, round);
    float[] parameters = round.start().parameters();
    CarriedState carried = round.start().carried();
    SlicedState start = SlicedState.of(parameters, carried.shared());
    List<WorkerState> states = carried.workerStates();
    long started = System.nanoTime();
    List<WorkerResult> results =
        data.forRound(
            round.number(),
            worker ->
                data.execution()
                    .train(
                        spec,
                        task,
                        worker,
                        shards.get(worker),
                        start,
                        states.isEmpty() ? WorkerState.EMPTY : states.get(worker)));
    long ran = System.nanoTime();
    RoundAggregation aggregation = RoundAggregation.aggregate(round, spec, outerStep, results);
    WorkerTotals totals = aggregation.totals();
    List<WorkerState> kept =
        spec.keepsWorkerState() ? results.stream().map(WorkerResult::state).toList() : List.of();
    return new RoundResult(
        aggregation.parameters(),
        new CarriedState.InMemory(aggregation.shared(), kept, aggregation.outerState()),
        totals.examples(),
        totals.loss(),
        new RoundCost(
            0,
            ran - started,
            System.nanoTime() - ran,
            totals.slowestTaskNanos(),
            totals.slowestNanos(),
            totals.computeNanos(),
            (long) Float.BYTES * parameters.length + bytes(carried.shared()),
            aggregation.bytesUp()),
        totals.peakMemory(),
        totals.reports(),
        aggregation.deltaNorm(),
        RoundResult.Faults.NONE);
  }

  private static long bytes(@Nullable InnerState shared) {
    return shared == null ? 0 : shared.bytes();
  }

  @Override
  public Evaluation evaluate(EvaluationSet part, float[] parameters) {
    return data.evaluate(spec.scoring(), part, parameters);
  }
}
