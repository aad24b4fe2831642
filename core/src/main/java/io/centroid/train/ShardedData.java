package io.centroid.train;

import io.centroid.averaging.OuterStep;
import io.centroid.data.DataSummary;
import io.centroid.data.Split;
import io.centroid.device.Device;
import io.centroid.device.GpuReport;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Scoring;
import io.centroid.nn.LearnerFactory;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.WorkerSpec;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * A data set partitioned among W logical workers. {@link #survey} is called first: it reads the
 * shards and finds corrupt data before anything is written.
 */
public interface ShardedData extends AutoCloseable {

  /**
   * Reads every shard of a split on its worker, and returns a summary.
   *
   * @throws io.centroid.error.InputException if the data is corrupt
   */
  DataSummary survey(Split split);

  /**
   * Creates workers on these shards.
   *
   * @param outerStep outer optimizer
   */
  Workers workers(WorkerSpec spec, OuterStep outerStep);

  /** Evaluates parameters on all shards of an evaluation set. */
  Evaluation evaluate(Scoring scoring, EvaluationSet part, float[] parameters);

  /**
   * Predicts every example of a split, in the order of the source. Does not need {@link #survey},
   * and keeps no examples in memory.
   *
   * @throws io.centroid.error.InputException if the data is corrupt
   */
  Predictions predict(Scoring scoring, Split split, float[] parameters);

  /** A function of a worker's number. */
  interface OnWorker<T> extends Serializable {
    T apply(int worker);
  }

  /** Calls a function for every worker on its machine; results are in worker order. */
  <T> List<T> onWorkers(OnWorker<T> function);

  /** Number of workers that can compute concurrently on devices of a kind. */
  int parallelism(Device.Kind kind);

  /** The GPUs that an engine can use in each JVM in which workers run. */
  default List<GpuReport> gpus(LearnerFactory engine) {
    return List.of(GpuReport.none(description(), "GPUs are not looked for there"));
  }

  /** Description of where the workers run, for the log. */
  String description();

  /** What the workers run on in addition to this process, by name, for reports. */
  default Map<String, String> environment() {
    return Map.of();
  }

  @Override
  void close();
}
