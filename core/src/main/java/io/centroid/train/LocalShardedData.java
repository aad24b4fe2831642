package io.centroid.train;

import io.centroid.data.DataSummary;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Scoring;
import io.centroid.optimize.OuterStep;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** All shards in this JVM, the workers on its threads: no Spark. */
public final class LocalShardedData implements ShardedData {
  private final ShardSpec spec;
  private final int threads;
  private final ExecutorService pool;
  private final Map<Split, List<Shard>> shards = new EnumMap<>(Split.class);

  /** Works on at most {@code threads} threads at once; how many does not change any result. */
  public LocalShardedData(ShardSpec spec, int threads) {
    this.spec = spec;
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
  public Evaluation evaluate(Scoring scoring, DataPart part, float[] parameters) {
    List<Shard> dealt = shards(part.split());
    StateSlices slices = StateSlices.of(parameters);
    return forEachWorker(
            worker -> WorkerExecution.evaluate(scoring, part, dealt.get(worker), slices))
        .stream()
        .reduce(Evaluation.empty(0), Evaluation::merge);
  }

  @Override
  public Predictions predict(Scoring scoring, Split split, float[] parameters) {
    StateSlices slices = StateSlices.of(parameters);
    return Predictions.inSourceOrder(
        forEachWorker(worker -> WorkerExecution.predict(scoring, spec, split, worker, slices)));
  }

  @Override
  public int parallelism() {
    return Math.min(threads, spec.workers());
  }

  @Override
  public String description() {
    return threads + " threads of this JVM, without Spark";
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }

  List<Shard> shards(Split split) {
    return shards.computeIfAbsent(split, key -> forEachWorker(worker -> spec.read(key, worker)));
  }

  /** Calls the function for every worker on the pool; the results are in worker order. */
  <T> List<T> forEachWorker(IntFunction<T> function) {
    List<Future<T>> futures = new ArrayList<>();
    for (int w = 0; w < spec.workers(); w++) {
      int worker = w;
      futures.add(pool.submit(() -> function.apply(worker)));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(await(future));
    }
    return results;
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the workers ran", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
