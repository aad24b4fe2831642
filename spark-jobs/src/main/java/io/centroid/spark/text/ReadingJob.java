package io.centroid.spark.text;

import io.centroid.InputException;
import io.centroid.WorkerFailure;
import io.centroid.spark.Jobs;
import io.centroid.spark.Reading;
import io.centroid.spark.internal.JobProperties;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Runs tasks that read text, and stops them all when one finds that it is damaged. */
final class ReadingJob {
  private final JavaSparkContext spark;
  private final CorpusProgress progress;

  ReadingJob(JavaSparkContext spark, CorpusProgress progress) {
    this.spark = spark;
    this.progress = progress;
  }

  /**
   * The results, in no order.
   *
   * @throws InputException what the first task that found damage says of it
   */
  <T> List<T> run(String what, JavaRDD<Reading<T>> readings) {
    String tag = "prepare-" + UUID.randomUUID();
    progress.onPass(what, readings.getNumPartitions());
    List<T> results = Collections.synchronizedList(new ArrayList<>());
    AtomicReference<InputException> refusal = new AtomicReference<>();
    spark.addJobTag(tag);
    try {
      JobProperties.described(
          spark.sc(),
          "reading texts: " + what,
          () -> {
            Jobs.run(
                readings.rdd(),
                reading -> reading,
                (reading, partition) -> {
                  if (reading.refusal() == null) {
                    results.add(reading.require());
                    progress.onTask();
                  } else if (refusal.compareAndSet(null, reading.refusal())) {
                    spark.cancelJobsWithTag(tag);
                  }
                });
            return null;
          });
    } catch (WorkerFailure e) {
      if (refusal.get() == null) {
        throw e;
      }
    } finally {
      spark.removeJobTag(tag);
    }
    if (refusal.get() != null) {
      throw refusal.get();
    }
    return results;
  }
}
