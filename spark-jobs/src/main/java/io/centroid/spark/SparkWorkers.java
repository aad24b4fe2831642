package io.centroid.spark;

import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.evaluate.Evaluation;
import io.centroid.optimize.InnerState;
import io.centroid.train.DataPart;
import io.centroid.train.Round;
import io.centroid.train.RoundResult;
import io.centroid.train.WorkerExecution;
import io.centroid.train.WorkerResult;
import io.centroid.train.WorkerSpec;
import io.centroid.train.WorkerTask;
import io.centroid.train.Workers;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * Workers as Spark tasks: a round is one job of one stage. The parameters go out as a broadcast
 * that is destroyed after the round; each worker's own optimizer state, where it keeps one, goes
 * with its task.
 */
final class SparkWorkers implements Workers {
  private final JavaSparkContext spark;
  private final SparkShardedData data;
  private final WorkerSpec spec;

  SparkWorkers(JavaSparkContext spark, SparkShardedData data, WorkerSpec spec) {
    this.spark = spark;
    this.data = data;
    this.spec = spec;
  }

  /** What every task of a round gets. */
  private record Shared(float[] parameters, List<InnerState> inner) implements Serializable {
    @Nullable InnerState innerState() {
      return inner.isEmpty() ? null : inner.get(0);
    }
  }

  @Override
  public RoundResult run(Round round) {
    spark.setJobDescription("round " + round.number());
    WorkerTask task = WorkerTask.of(spec, round);
    boolean ownStates = round.inner().size() > 1;
    Broadcast<Shared> shared =
        spark.broadcast(new Shared(round.parameters(), ownStates ? List.of() : round.inner()));
    try {
      JavaRDD<WorkerResult> results =
          ownStates ? withOwnStates(task, shared, round.inner()) : withSharedState(task, shared);
      return RoundResult.fold(
          round, spec.innerState(), SparkFailure.unwrapped(() -> results.collect()));
    } finally {
      shared.destroy();
    }
  }

  private JavaRDD<WorkerResult> withSharedState(WorkerTask task, Broadcast<Shared> shared) {
    return data.shards(Split.TRAIN)
        .mapPartitions(
            shards -> {
              Shared in = shared.value();
              return one(train(task, shards.next(), in.parameters(), in.innerState()));
            });
  }

  private JavaRDD<WorkerResult> withOwnStates(
      WorkerTask task, Broadcast<Shared> shared, List<InnerState> states) {
    return data.shards(Split.TRAIN)
        .zipPartitions(
            spark.parallelize(states, states.size()),
            (shards, own) ->
                one(train(task, shards.next(), shared.value().parameters(), own.next())));
  }

  private static WorkerResult train(
      WorkerTask task, Reading<Shard> loaded, float[] parameters, @Nullable InnerState inner) {
    return WorkerExecution.train(
        task, TaskContext.getPartitionId(), loaded.require(), parameters, inner);
  }

  @Override
  public Evaluation evaluate(DataPart part, float[] parameters) {
    return data.evaluate(spec.scoring(), part, parameters);
  }

  private static Iterator<WorkerResult> one(WorkerResult result) {
    return List.of(result).iterator();
  }
}
