package io.centroid.train;

import io.centroid.averaging.OuterStep;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.evaluate.Evaluation;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.SlicedState;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerSpec;
import io.centroid.train.worker.WorkerState;
import io.centroid.train.worker.WorkerTask;
import io.centroid.train.worker.WorkerTotals;
import java.util.List;

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
    SlicedState start = new SlicedState.Whole(parameters, carried.shared());
    List<WorkerState> memories = carried.own();
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
                        memories.isEmpty() ? WorkerState.EMPTY : memories.get(worker)));
    long ran = System.nanoTime();
    RoundAggregation meeting = RoundAggregation.aggregate(round, spec, outerStep, results);
    WorkerTotals totals = meeting.totals();
    List<WorkerState> kept =
        spec.keepsMemory() ? results.stream().map(WorkerResult::memory).toList() : List.of();
    return new RoundResult(
        meeting.parameters(),
        new CarriedState.Here(meeting.shared(), kept, meeting.outer()),
        totals.examples(),
        totals.loss(),
        new RoundCost(
            0,
            ran - started,
            System.nanoTime() - ran,
            totals.slowestTaskNanos(),
            totals.slowestNanos(),
            totals.computeNanos(),
            (long) Float.BYTES * parameters.length,
            meeting.bytesUp()),
        totals.memory(),
        totals.reports());
  }

  @Override
  public Evaluation evaluate(EvaluationSet part, float[] parameters) {
    return data.evaluate(spec.scoring(), part, parameters);
  }
}
