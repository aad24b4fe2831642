package io.centroid.spark.text;

import io.centroid.data.corpus.CorpusShard;
import io.centroid.data.corpus.IdWidth;
import io.centroid.data.corpus.Staging;
import io.centroid.data.tokenizing.Insertion;
import io.centroid.data.tokenizing.PartResult;
import io.centroid.data.tokenizing.ValidationRule;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.leak.Canaries;
import io.centroid.leak.CanaryPlaces;
import io.centroid.spark.JavaSerialized;
import io.centroid.spark.ReadResult;
import io.centroid.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;

/** Plants canaries in the staged shards of a corpus; one task for each shard that gets any. */
record CanaryPlanting(JavaSparkContext spark, ReadingJob job, Staging staging) {
  /**
   * Writes the shards with canaries, and {@code canaries.json}.
   *
   * @param results results of the tokenization
   * @return results with the new shards
   * @throws io.centroid.error.InputException if there are more canaries than text
   */
  List<PartResult> plant(
      Canaries canaries, Tokenizer tokenizer, ValidationRule rule, List<PartResult> results) {
    List<PartResult> ordered = new ArrayList<>(results);
    ordered.sort(Comparator.comparingInt(PartResult::task));
    List<CorpusShard> shards = new ArrayList<>();
    for (PartResult result : ordered) {
      if (result.training() != null) {
        shards.add(result.training());
      }
    }
    CanaryPlaces places = CanaryPlaces.choose(canaries, tokenizer, shards, rule::tokensBeforeTail);
    IdWidth width = IdWidth.of(tokenizer.vocabularySize());
    List<JavaSerialized<Insertion>> insertions = new ArrayList<>();
    places
        .pieces()
        .forEach(
            (shard, pieces) ->
                insertions.add(
                    new JavaSerialized<>(
                        new Insertion(
                            staging,
                            width,
                            shards.get(shard),
                            pieces,
                            places.breaks(),
                            places.slack()))));
    Map<String, CorpusShard> written = new HashMap<>();
    job.run("canaries", spark.parallelize(insertions, insertions.size()).map(CanaryPlanting::write))
        .forEach(shard -> written.put(shard.name(), shard));
    try {
      for (JavaSerialized<Insertion> insertion : insertions) {
        insertion.value().publish();
      }
      staging.write(Canaries.FILE, canaries.toJson());
    } catch (IOException e) {
      throw HadoopFiles.failure(HadoopPath.parse(staging.folder()), e);
    }
    return ordered.stream().map(result -> with(result, written)).toList();
  }

  private static ReadResult<CorpusShard> write(JavaSerialized<Insertion> insertion) {
    String attempt = "canaries-" + TaskContext.get().taskAttemptId();
    return ReadResult.of(
        () -> {
          try {
            return insertion.value().write(attempt);
          } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
          }
        });
  }

  private static PartResult with(PartResult result, Map<String, CorpusShard> written) {
    CorpusShard training = result.training();
    return training == null || !written.containsKey(training.name())
        ? result
        : new PartResult(
            result.task(),
            written.get(training.name()),
            result.validation(),
            result.documents(),
            result.duplicates(),
            result.replaced(),
            result.added(),
            result.bytes(),
            result.edited());
  }
}
