package io.centroid.train;

import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.evaluate.Evaluation;
import java.util.List;

/** Workers on the threads of this JVM. */
final class LocalWorkers implements Workers {
  private final LocalShardedData data;
  private final WorkerSpec spec;

  LocalWorkers(LocalShardedData data, WorkerSpec spec) {
    this.data = data;
    this.spec = spec;
  }

  @Override
  public RoundResult run(Round round) {
    List<Shard> shards = data.shards(Split.TRAIN);
    WorkerTask task = WorkerTask.of(spec, round);
    List<WorkerResult> results =
        data.forEachWorker(
            worker ->
                WorkerExecution.train(
                    task, worker, shards.get(worker), round.parameters(), round.innerOf(worker)));
    return RoundResult.fold(round, spec.innerState(), results);
  }

  @Override
  public Evaluation evaluate(DataPart part, float[] parameters) {
    return data.evaluate(spec.scoring(), part, parameters);
  }
}
