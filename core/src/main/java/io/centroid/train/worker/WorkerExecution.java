package io.centroid.train.worker;

import io.centroid.data.ExampleSource;
import io.centroid.data.Examples;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.device.Device;
import io.centroid.device.DeviceAssignment;
import io.centroid.error.InputException;
import io.centroid.error.WorkerFailure;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Evaluator;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Predictor;
import io.centroid.evaluate.Scoring;
import io.centroid.memory.OutOfMemory;
import io.centroid.nn.Learner;
import io.centroid.nn.NetworkSpec;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Executes workers' tasks in a JVM, on threads or in Spark tasks, with the training's cached
 * replicas, epoch orders and decoded files. Exceptions become {@link WorkerFailure}, except
 * OutOfMemoryError of the heap, after which the JVM is unreliable. Thread-safe.
 */
public final class WorkerExecution implements AutoCloseable {
  private final ShardSpec shards;
  private final DeviceAssignment devices;
  // A pool per device, since a pool keeps the replicas of few networks.
  private final Map<Device, ReplicaPool<NetworkSpec, Replica>> replicas = new ConcurrentHashMap<>();
  private final EpochOrders orders = new EpochOrders();

  /** Creates the execution of a training on these shards, on the CPU. */
  public WorkerExecution(ShardSpec shards) {
    this(shards, DeviceAssignment.CPU_ONLY);
  }

  /**
   * Creates the execution of a training on these shards.
   *
   * @param devices devices of the tasks
   */
  public WorkerExecution(ShardSpec shards, DeviceAssignment devices) {
    this.shards = shards.withOwnCache();
    this.devices = devices;
  }

  /** Runs work on a replica of the network, on a device that no other task has meanwhile. */
  private <T> T onReplica(NetworkSpec network, Function<Replica, T> work) {
    return devices.call(
        network.engine().device(),
        device -> replicas.computeIfAbsent(device, WorkerExecution::pool).call(network, work));
  }

  private static ReplicaPool<NetworkSpec, Replica> pool(Device device) {
    return new ReplicaPool<>(
        network -> new Replica(network.newLearner(device), network.kernels()), Replica::close);
  }

  /** Reads a worker's shard. */
  public Shard read(Split split, int worker) {
    return shards.read(split, worker);
  }

  /** Runs a worker's local steps on its shard. */
  public WorkerResult train(
      WorkerSpec spec,
      WorkerTask task,
      int worker,
      Shard shard,
      SlicedState start,
      WorkerState state) {
    return wrapFailures(
        worker,
        "training",
        () -> {
          // Windows of a text that are shifted would be other examples in each epoch.
          Examples examples =
              spec.privacy() == null
                  ? shard.train().inEpoch(spec.seed(), task.epoch(), worker)
                  : shard.train();
          int[] order = orders.of(examples.count(), spec.seed(), task.epoch(), worker);
          return onReplica(
              spec.network(),
              replica ->
                  task.run(
                      worker,
                      new LearnerTrainer(spec, task, worker, replica, examples, order),
                      start,
                      state));
        });
  }

  public Evaluation evaluate(
      Scoring scoring, EvaluationSet part, Shard shard, SlicedState parameters) {
    return wrapFailures(
        shard.worker(),
        "evaluation of its " + part.name().toLowerCase(Locale.ROOT) + " examples",
        () ->
            onReplica(
                scoring.network(),
                replica -> {
                  Learner learner = replica.learner();
                  parameters.loadInto(learner.parameters());
                  return new Evaluator(learner, scoring.network().loss(), scoring.normalization())
                      .evaluate(
                          part == EvaluationSet.VALIDATION ? shard.validation() : shard.train());
                }));
  }

  /** Predicts a worker's shard while reading it, without keeping examples in memory. */
  public Predictions predict(Scoring scoring, Split split, int worker, SlicedState parameters) {
    ExampleSource source = shards.source();
    return wrapFailures(
        worker,
        "prediction of " + source.place(split),
        () ->
            onReplica(
                scoring.network(),
                replica -> {
                  parameters.loadInto(replica.learner().parameters());
                  Predictor predictor =
                      new Predictor(replica.learner(), scoring, source.schema(split));
                  source.read(split, shards.seed(), worker, shards.workers(), predictor);
                  return predictor.predictions();
                }));
  }

  /** Closes the replicas: idle ones at once, those in use when their work ends. */
  @Override
  public void close() {
    replicas.values().forEach(ReplicaPool::close);
  }

  /**
   * Runs a worker's task, and wraps its exceptions in {@link WorkerFailure}.
   *
   * @param what description of the task, for the message
   * @throws WorkerFailure if the task throws
   * @throws InputException if the input is wrong, or too large for the memory of the GPU
   */
  public static <T> T wrapFailures(int worker, String what, Supplier<T> part) {
    try {
      return part.get();
    } catch (RuntimeException e) {
      if (OutOfMemory.isOfDevice(e)) {
        throw new InputException(place(worker, what) + OutOfMemory.ofDevice(e), e);
      }
      throw WorkerFailure.of(worker, what, e);
    } catch (OutOfMemoryError e) {
      if (OutOfMemory.isOfDevice(e)) {
        throw new InputException(place(worker, what) + OutOfMemory.ofDevice(e));
      }
      if (!OutOfMemory.isNative(e)) {
        throw e;
      }
      throw new WorkerFailure(place(worker, what) + OutOfMemory.described(e));
    }
  }

  private static String place(int worker, String what) {
    return "worker " + worker + ": " + what + ": ";
  }
}
