package io.centroid.train;

import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.evaluate.Evaluation;
import io.centroid.optimize.OuterStep;
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
    Carried carried = round.start().carried();
    StateSlices start = new StateSlices.Whole(parameters, carried.shared());
    List<WorkerMemory> memories = carried.own();
    long started = System.nanoTime();
    List<WorkerResult> results =
        data.forRound(
            round.number(),
            worker ->
                data.execution()
                    .train(
                        task,
                        worker,
                        shards.get(worker),
                        start,
                        memories.isEmpty() ? WorkerMemory.EMPTY : memories.get(worker)));
    long ran = System.nanoTime();
    Meeting meeting = Meeting.of(round, spec, outerStep, results);
    WorkerTotals totals = meeting.totals();
    List<WorkerMemory> kept =
        spec.keepsMemory() ? results.stream().map(WorkerResult::memory).toList() : List.of();
    return new RoundResult(
        meeting.parameters(),
        new Carried.Here(meeting.shared(), kept, meeting.outer()),
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
  public Evaluation evaluate(DataPart part, float[] parameters) {
    return data.evaluate(spec.scoring(), part, parameters);
  }
}
