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
 * Learns a byte-level BPE from texts on a cluster: Spark counts pre-tokens, the driver learns the
 * merges from the counts. The tokenizer is the same for any partitions and order of the texts.
 */
public final class BpeTrainingJob {
  private static final Logger LOG = LoggerFactory.getLogger(BpeTrainingJob.class);

  /** The driver holds about 200 bytes for each. */
  private static final long MOST_PRE_TOKENS = 5_000_000;

  private BpeTrainingJob() {}

  /**
   * Learns from texts, one of which must fit into a task's memory. Of a corpus with more than five
   * million different pre-tokens the rarest are left out, all of the same count together.
   *
   * @param vocabularySize tokens to reach, 257 or more; fewer if no pair is frequent enough
   * @param minimumCount how often a pair must be there to become a token, 1 or more
   */
  public static ByteLevelBpe train(JavaRDD<String> texts, int vocabularySize, int minimumCount) {
    return train(texts, vocabularySize, minimumCount, MOST_PRE_TOKENS);
  }

  static ByteLevelBpe train(
      JavaRDD<String> texts, int vocabularySize, int minimumCount, long mostPreTokens) {
    BpeTraining.check(vocabularySize, minimumCount);
    JavaPairRDD<String, Long> counts =
        texts
            .flatMapToPair(BpeTrainingJob::counted)
            .reduceByKey(Long::sum)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return BpeTraining.train(frequent(counts, mostPreTokens), vocabularySize, minimumCount);
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
      JavaPairRDD<String, Long> counts, long mostPreTokens) {
    long least = least(counts, mostPreTokens);
    NavigableMap<String, Long> frequent = new TreeMap<>();
    counts
        .filter(entry -> entry._2() >= least)
        .collect()
        .forEach(entry -> frequent.put(entry._1(), entry._2()));
    return frequent;
  }

  /** The smallest count at which no more pre-tokens than allowed are left. */
  private static long least(JavaPairRDD<String, Long> counts, long mostPreTokens) {
    long different = counts.count();
    if (different <= mostPreTokens) {
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
    while (left > mostPreTokens && !byCount.isEmpty()) {
      Map.Entry<Long, Long> rarest = byCount.pollFirstEntry();
      left -= rarest.getValue();
      least = rarest.getKey() + 1;
    }
    LOG.warn(
        "{} different pre-tokens; learning from the {} that are there {} times or more",
        different,
        left,
        least);
    return least;
  }
}
