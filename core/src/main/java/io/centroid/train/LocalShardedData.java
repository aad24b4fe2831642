package io.centroid.train;

import io.centroid.averaging.OuterStep;
import io.centroid.data.DataSummary;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.device.Device;
import io.centroid.device.GpuPool;
import io.centroid.device.GpuReport;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Scoring;
import io.centroid.nn.LearnerFactory;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.SlicedState;
import io.centroid.train.worker.WorkerExecution;
import io.centroid.train.worker.WorkerSpec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Sharded data in this JVM, with workers on its threads, without Spark. */
public final class LocalShardedData implements ShardedData {
  private final ShardSpec spec;
  private final int threads;
  private final RoundLimit limit;
  private final ExecutorService pool;
  private final WorkerExecution execution;
  private final Map<Split, List<Shard>> shards = new EnumMap<>(Split.class);

  /** Creates workers on {@code threads} threads; results do not depend on the number of threads. */
  public LocalShardedData(ShardSpec spec, int threads) {
    this(spec, threads, RoundLimit.NONE);
  }

  /** Creates workers with a time limit for each round. */
  public LocalShardedData(ShardSpec spec, int threads, RoundLimit limit) {
    this.limit = limit;
    this.spec = spec;
    this.execution = new WorkerExecution(spec, GpuPool.whenNeeded());
    this.threads = threads;
    this.pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "centroid-worker");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public DataSummary survey(Split split) {
    return new DataSummary(shards(split).stream().map(Shard::summary).toList());
  }

  @Override
  public Workers workers(WorkerSpec workerSpec, OuterStep outerStep) {
    return new LocalWorkers(this, workerSpec, outerStep);
  }

  @Override
  public Evaluation evaluate(Scoring scoring, EvaluationSet part, float[] parameters) {
    List<Shard> partShards = shards(part.split());
    SlicedState slices = SlicedState.of(parameters);
    return forEachWorker(
            worker -> execution.evaluate(scoring, part, partShards.get(worker), slices))
        .stream()
        .reduce(Evaluation.empty(0), Evaluation::merge);
  }

  @Override
  public Predictions predict(Scoring scoring, Split split, float[] parameters) {
    SlicedState slices = SlicedState.of(parameters);
    return Predictions.inSourceOrder(
        forEachWorker(worker -> execution.predict(scoring, split, worker, slices)));
  }

  @Override
  public <T> List<T> onWorkers(OnWorker<T> function) {
    return forEachWorker(function::apply);
  }

  @Override
  public int parallelism(Device.Kind kind) {
    int slots =
        switch (kind) {
          case CPU -> threads;
          case CUDA -> Math.min(threads, Math.max(1, GpuPool.ofThisJvm().size()));
        };
    return Math.min(slots, spec.workers());
  }

  @Override
  public List<GpuReport> gpus(LearnerFactory engine) {
    return List.of(
        GpuReport.ofThisJvm("this process", Optional.empty()).unless(engine::gpuObstacle));
  }

  @Override
  public String description() {
    return threads + " threads of this JVM, without Spark";
  }

  @Override
  public void close() {
    pool.shutdownNow();
    execution.close();
    shards.clear();
  }

  /** The training's execution state in this JVM. */
  WorkerExecution execution() {
    return execution;
  }

  List<Shard> shards(Split split) {
    return shards.computeIfAbsent(
        split, key -> forEachWorker(worker -> execution.read(key, worker)));
  }

  /** Calls the function for every worker on the pool; results are in worker order. */
  <T> List<T> forEachWorker(IntFunction<T> function) {
    try {
      return results(started(function), Long.MAX_VALUE);
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * {@link #forEachWorker} with the round's time limit. There is only one attempt, since there is
   * no other machine to run on.
   *
   * @throws RoundTimeoutException if the round does not finish in time
   */
  <T> List<T> forRound(long round, IntFunction<T> function) {
    if (!limit.isSet()) {
      return forEachWorker(function);
    }
    List<Future<T>> futures = started(function);
    try {
      return results(futures, System.nanoTime() + limit.timeout().toNanos());
    } catch (TimeoutException e) {
      List<Integer> late =
          IntStream.range(0, futures.size()).filter(w -> !futures.get(w).isDone()).boxed().toList();
      futures.forEach(future -> future.cancel(true));
      throw new RoundTimeoutException(
          round, limit, 1, "workers that had not reported: " + late + ", threads of this process");
    }
  }

  private <T> List<Future<T>> started(IntFunction<T> function) {
    List<Future<T>> futures = new ArrayList<>();
    for (int w = 0; w < spec.workers(); w++) {
      int worker = w;
      futures.add(pool.submit(() -> function.apply(worker)));
    }
    return futures;
  }

  private static <T> List<T> results(List<Future<T>> futures, long deadline)
      throws TimeoutException {
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(await(future, deadline));
    }
    return results;
  }

  private static <T> T await(Future<T> future, long deadline) throws TimeoutException {
    try {
      return deadline == Long.MAX_VALUE
          ? future.get()
          : future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the workers ran", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
