package io.centroid.train;

import io.centroid.averaging.OuterStep;
import io.centroid.data.DataSummary;
import io.centroid.data.Split;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.Scoring;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.WorkerSpec;

/**
 * A data set dealt to W logical workers, wherever they run. {@link #survey} reads the shards and is
 * called first; it finds damaged data before anything is written.
 */
public interface ShardedData extends AutoCloseable {

  /**
   * Reads every shard of a split where it will be used, and says what was found.
   *
   * @throws io.centroid.InputException if the data is damaged
   */
  DataSummary survey(Split split);

  /** Workers over these shards, whose parameters the outer step moves. */
  Workers workers(WorkerSpec spec, OuterStep outerStep);

  /** Evaluates parameters on all shards of a part of the data. */
  Evaluation evaluate(Scoring scoring, EvaluationSet part, float[] parameters);

  /**
   * Predicts every example of a split, in the order of the source; needs no {@link #survey} and
   * keeps no example.
   *
   * @throws io.centroid.InputException if the data is damaged
   */
  Predictions predict(Scoring scoring, Split split, float[] parameters);

  /** Workers that can compute at once. */
  int parallelism();

  /** Where the workers run, for people. */
  String description();

  @Override
  void close();
}
