package io.centroid.train;

import io.centroid.WorkerFailure;
import io.centroid.data.Examples;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Evaluator;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Predictor;
import io.centroid.evaluate.Scoring;
import io.centroid.memory.OutOfMemory;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Runs a worker's part on a replica borrowed from this JVM's pool; what threads and Spark tasks
 * have in common. What fails is told as a {@link WorkerFailure}, unless it is a heap that ran out:
 * then the JVM is not to be trusted any more, and whoever owns it decides.
 */
public final class WorkerExecution {
  private WorkerExecution() {}

  public static WorkerResult train(
      WorkerTask task, int worker, Shard shard, StateSlices start, WorkerMemory memory) {
    return told(
        worker,
        "training",
        () -> {
          Examples examples = shard.train().inEpoch(task.spec().seed(), task.epoch(), worker);
          int[] order = EpochOrders.of(examples.count(), task.spec().seed(), task.epoch(), worker);
          Replica replica = ReplicaPool.borrow(task.spec().network());
          WorkerResult result = task.run(worker, replica, examples, order, start, memory);
          ReplicaPool.giveBack(task.spec().network(), replica);
          return result;
        });
  }

  public static Evaluation evaluate(
      Scoring scoring, DataPart part, Shard shard, StateSlices parameters) {
    return told(
        shard.worker(),
        "evaluation of its " + part.name().toLowerCase(Locale.ROOT) + " examples",
        () -> {
          Replica replica = ReplicaPool.borrow(scoring.network());
          parameters.loadInto(replica.learner().parameters());
          Examples examples = part == DataPart.VALIDATION ? shard.validation() : shard.train();
          Evaluation evaluation =
              new Evaluator(replica.learner(), scoring.network().loss(), scoring.normalisation())
                  .evaluate(examples);
          ReplicaPool.giveBack(scoring.network(), replica);
          return evaluation;
        });
  }

  /** Reads a worker's shard and predicts it on the way, keeping no example. */
  public static Predictions predict(
      Scoring scoring, ShardSpec spec, Split split, int worker, StateSlices parameters) {
    return told(
        worker,
        "prediction of " + spec.source().place(split),
        () -> {
          Replica replica = ReplicaPool.borrow(scoring.network());
          parameters.loadInto(replica.learner().parameters());
          Predictor predictor =
              new Predictor(replica.learner(), scoring, spec.source().schema(split));
          spec.source().read(split, spec.seed(), worker, spec.workers(), predictor);
          Predictions predictions = predictor.predictions();
          ReplicaPool.giveBack(scoring.network(), replica);
          return predictions;
        });
  }

  private static <T> T told(int worker, String what, Supplier<T> part) {
    try {
      return part.get();
    } catch (RuntimeException e) {
      throw WorkerFailure.of(worker, what, e);
    } catch (OutOfMemoryError e) {
      if (!OutOfMemory.isNative(e)) {
        throw e;
      }
      throw new WorkerFailure("worker " + worker + ": " + what + ": " + OutOfMemory.described(e));
    }
  }
}
