package io.centroid.spark.text;

import io.centroid.text.bpe.BpeTraining;
import io.centroid.text.bpe.ByteLevelBpe;
import io.centroid.text.bpe.PreTokens;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Trains a byte-level BPE tokenizer on Spark: executors count pre-tokens, the driver learns the
 * merges from the counts. The tokenizer does not depend on partitioning or order of the texts.
 */
public final class BpeTrainingJob {
  private static final Logger LOG = LoggerFactory.getLogger(BpeTrainingJob.class);

  /** Maximum number of distinct pre-tokens on the driver, about 200 bytes each. */
  private static final long MAX_PRE_TOKENS = 5_000_000;

  private BpeTrainingJob() {}

  /**
   * Trains a tokenizer. If a corpus has more than five million distinct pre-tokens, the rarest are
   * dropped, all of the same count together.
   *
   * @param texts texts, each small enough for a task's memory
   * @param vocabularySize target vocabulary size, at least 257; smaller if no pair is frequent
   *     enough
   * @param minimumCount minimum frequency of a pair to be merged, at least 1
   */
  public static ByteLevelBpe train(JavaRDD<String> texts, int vocabularySize, int minimumCount) {
    return train(texts, vocabularySize, minimumCount, MAX_PRE_TOKENS);
  }

  static ByteLevelBpe train(
      JavaRDD<String> texts, int vocabularySize, int minimumCount, long maxPreTokens) {
    BpeTraining.check(vocabularySize, minimumCount);
    JavaPairRDD<String, Long> counts =
        texts
            .flatMapToPair(BpeTrainingJob::counted)
            .reduceByKey(Long::sum)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return BpeTraining.train(frequent(counts, maxPreTokens), vocabularySize, minimumCount);
    } finally {
      counts.unpersist();
    }
  }

  private static Iterator<Tuple2<String, Long>> counted(String text) {
    Map<String, Long> counts = new HashMap<>();
    PreTokens.split(text, preToken -> counts.merge(preToken, 1L, Long::sum));
    return counts.entrySet().stream()
        .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue()))
        .iterator();
  }

  private static NavigableMap<String, Long> frequent(
      JavaPairRDD<String, Long> counts, long maxPreTokens) {
    long least = least(counts, maxPreTokens);
    NavigableMap<String, Long> frequent = new TreeMap<>();
    counts
        .filter(entry -> entry._2() >= least)
        .collect()
        .forEach(entry -> frequent.put(entry._1(), entry._2()));
    return frequent;
  }

  /** The lowest minimum count that leaves at most the maximum number of pre-tokens. */
  private static long least(JavaPairRDD<String, Long> counts, long maxPreTokens) {
    long different = counts.count();
    if (different <= maxPreTokens) {
      return 1;
    }
    NavigableMap<Long, Long> byCount =
        new TreeMap<>(
            counts
                .mapToPair(entry -> new Tuple2<>(entry._2(), 1L))
                .reduceByKey(Long::sum)
                .collectAsMap());
    long left = different;
    long least = 1;
    while (left > maxPreTokens && !byCount.isEmpty()) {
      Map.Entry<Long, Long> rarest = byCount.pollFirstEntry();
      left -= rarest.getValue();
      least = rarest.getKey() + 1;
    }
    LOG.warn(
        "{} distinct pre-tokens; training on the {} that occur at least {} times",
        different,
        left,
        least);
    return least;
  }
}
