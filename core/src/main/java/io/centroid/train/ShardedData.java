package io.centroid.train;

import io.centroid.data.DataSummary;
import io.centroid.data.Split;

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

  /** Workers over these shards. */
  Workers workers(WorkerSpec spec);

  /** Where the workers run, for people. */
  String description();

  @Override
  void close();
}
