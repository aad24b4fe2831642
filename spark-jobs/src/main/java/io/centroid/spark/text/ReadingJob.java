package io.centroid.spark.text;

import io.centroid.error.InputException;
import io.centroid.error.WorkerFailure;
import io.centroid.spark.Jobs;
import io.centroid.spark.ReadResult;
import io.centroid.spark.internal.JobProperties;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Runs tasks that read text and cancels all of them when one finds invalid input. */
public final class ReadingJob {
  private final JavaSparkContext spark;
  private final CorpusProgress progress;

  public ReadingJob(JavaSparkContext spark, CorpusProgress progress) {
    this.spark = spark;
    this.progress = progress;
  }

  /**
   * Returns the results in the order of the partitions.
   *
   * @throws InputException error of the first task that found invalid input
   */
  public <T> List<T> run(String what, JavaRDD<ReadResult<T>> readings) {
    String tag = "prepare-" + UUID.randomUUID();
    progress.onPass(what, readings.getNumPartitions());
    SortedMap<Integer, T> results = Collections.synchronizedSortedMap(new TreeMap<>());
    AtomicReference<InputException> error = new AtomicReference<>();
    spark.addJobTag(tag);
    try {
      JobProperties.described(
          spark.sc(),
          "reading: " + what,
          () -> {
            Jobs.run(
                readings.rdd(),
                reading -> reading,
                (reading, partition) -> {
                  if (reading.error() == null) {
                    results.put(partition, reading.require());
                    progress.onTask();
                  } else if (error.compareAndSet(null, reading.error())) {
                    spark.cancelJobsWithTag(tag);
                  }
                });
            return null;
          });
    } catch (WorkerFailure e) {
      if (error.get() == null) {
        throw e;
      }
    } finally {
      spark.removeJobTag(tag);
    }
    if (error.get() != null) {
      throw error.get();
    }
    return List.copyOf(results.values());
  }
}
