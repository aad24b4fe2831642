package io.centroid.train.worker;

import io.centroid.WorkerFailure;
import io.centroid.data.ExampleSource;
import io.centroid.data.Examples;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Evaluator;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Predictor;
import io.centroid.evaluate.Scoring;
import io.centroid.memory.OutOfMemory;
import io.centroid.nn.Learner;
import io.centroid.nn.NetworkSpec;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What one training holds in a JVM (replicas, epoch orders, decoded files) and the workers' parts
 * that run on it; what threads and Spark tasks have in common. A failure becomes a {@link
 * WorkerFailure}, unless the heap ran out: then the JVM is not to be trusted any more, and whoever
 * owns it decides. Thread-safe.
 */
public final class WorkerExecution implements AutoCloseable {
  private final ShardSpec shards;
  private final ReplicaPool<NetworkSpec, Replica> replicas =
      new ReplicaPool<>(spec -> new Replica(spec.newLearner()), Replica::close);
  private final EpochOrders orders = new EpochOrders();

  /** Of a training on these shards. */
  public WorkerExecution(ShardSpec shards) {
    this.shards = shards.withOwnCache();
  }

  /** Reads one worker's shard. */
  public Shard read(Split split, int worker) {
    return shards.read(split, worker);
  }

  /** Runs a worker's task on its shard. */
  public WorkerResult train(
      WorkerSpec spec,
      WorkerTask task,
      int worker,
      Shard shard,
      SlicedState start,
      WorkerState memory) {
    return named(
        worker,
        "training",
        () -> {
          Examples examples = shard.train().inEpoch(spec.seed(), task.epoch(), worker);
          int[] order = orders.of(examples.count(), spec.seed(), task.epoch(), worker);
          return replicas.call(
              spec.network(),
              replica ->
                  task.run(
                      worker,
                      new LearnerTrainer(spec, task, worker, replica, examples, order),
                      start,
                      memory));
        });
  }

  public Evaluation evaluate(
      Scoring scoring, EvaluationSet part, Shard shard, SlicedState parameters) {
    return named(
        shard.worker(),
        "evaluation of its " + part.name().toLowerCase(Locale.ROOT) + " examples",
        () ->
            replicas.call(
                scoring.network(),
                replica -> {
                  Learner learner = replica.learner();
                  parameters.loadInto(learner.parameters());
                  return new Evaluator(learner, scoring.network().loss(), scoring.normalization())
                      .evaluate(
                          part == EvaluationSet.VALIDATION ? shard.validation() : shard.train());
                }));
  }

  /** Reads a worker's shard and predicts it on the way, keeping no example. */
  public Predictions predict(Scoring scoring, Split split, int worker, SlicedState parameters) {
    ExampleSource source = shards.source();
    return named(
        worker,
        "prediction of " + source.place(split),
        () ->
            replicas.call(
                scoring.network(),
                replica -> {
                  parameters.loadInto(replica.learner().parameters());
                  Predictor predictor =
                      new Predictor(replica.learner(), scoring, source.schema(split));
                  source.read(split, shards.seed(), worker, shards.workers(), predictor);
                  return predictor.predictions();
                }));
  }

  /** Frees the replicas: those that wait at once, those at work when their work ends. */
  @Override
  public void close() {
    replicas.close();
  }

  /**
   * Does a part of a worker's, whose failures name the worker.
   *
   * @param what the part is
   */
  public static <T> T named(int worker, String what, Supplier<T> part) {
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
