package io.centroid.spark.explain;

import io.centroid.data.ExampleSource;
import io.centroid.data.Split;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Json;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import io.centroid.model.TextTokenizer;
import io.centroid.report.ExplanationsRecord;
import io.centroid.report.ExplanationsRecord.Kind;
import io.centroid.spark.JavaSerialized;
import io.centroid.spark.ReadResult;
import io.centroid.spark.internal.Lifetimes;
import io.centroid.spark.text.CorpusProgress;
import io.centroid.spark.text.ReadingJob;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Spark job that explains the predictions for a data set, or for a random sample of it. The data is
 * split into {@link #PARTS} parts on any cluster; each task explains one and writes a file in JSON
 * Lines format. So the files do not depend on the number of executors.
 *
 * @param files file systems of the output
 * @param count number of examples; 0 explains all
 */
public record ExplainJob(
    ExplainedModel model, HadoopFiles files, ExampleSource source, Split split, int count)
    implements Serializable {
  private static final int PARTS = 64;

  /**
   * Runs the job.
   *
   * @param folder folder for the files {@code part-NNNNN.jsonl}; a part without examples has none
   * @return the importance of the inputs
   */
  public ImportanceSummary run(JavaSparkContext spark, Path folder, CorpusProgress progress) {
    // Executors have other working folders.
    String place = files.fileSystem(folder).makeQualified(folder).toString();
    JavaRDD<Integer> parts = spark.parallelize(IntStream.range(0, PARTS).boxed().toList(), PARTS);
    ReadingJob job = new ReadingJob(spark, progress);
    Broadcast<JavaSerialized<ExplainJob>> shared = spark.broadcast(new JavaSerialized<>(this));
    try {
      long largest =
          count == 0
              ? Long.MAX_VALUE
              : limit(
                  job.run(
                      "sampling",
                      parts.map(part -> ReadResult.of(() -> shared.value().value().hashes(part)))));
      ImportanceSummary total = new ImportanceSummary();
      job.run(
              "explaining",
              parts.map(
                  part ->
                      ReadResult.of(() -> shared.value().value().explain(part, largest, place))))
          .forEach(total::merge);
      return total;
    } finally {
      Lifetimes.destroy(shared, true); // Blocking: the command stops Spark next.
    }
  }

  /**
   * The rows of {@link ExampleReader#sample(long, int)}, read by the executors.
   *
   * @param count number of rows; fewer if the data set has fewer
   */
  public static float[][] background(
      JavaSparkContext spark,
      ExampleSource source,
      Split split,
      long seed,
      int count,
      CorpusProgress progress) {
    Broadcast<JavaSerialized<ExampleSource>> shared = spark.broadcast(new JavaSerialized<>(source));
    try {
      JavaRDD<Integer> parts = spark.parallelize(IntStream.range(0, PARTS).boxed().toList(), PARTS);
      return ExampleReader.merged(
          new ReadingJob(spark, progress)
              .run(
                  "sampling the background",
                  parts.map(
                      part ->
                          ReadResult.of(
                              () ->
                                  new ExampleReader(shared.value().value(), split, null)
                                      .sample(part, PARTS, seed, count)))),
          count);
    } finally {
      Lifetimes.destroy(shared, true);
    }
  }

  /** The largest hash of the sample. */
  private long limit(List<long[]> hashes) {
    long[] all = hashes.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return all.length > count ? all[count - 1] : Long.MAX_VALUE;
  }

  private long[] hashes(int part) {
    return new ExampleReader(source, split, null)
        .smallestHashes(part, PARTS, model.settings().seed(), count);
  }

  private ImportanceSummary explain(int part, long limit, String folder) {
    String name = String.format(Locale.ROOT, "part-%05d.jsonl", part);
    Path path = HadoopPath.child(HadoopPath.parse(folder), name);
    Storage storage = Storage.of(files, path);
    ImportanceSummary summary = new ImportanceSummary();
    try (ExampleExplainer explainer = new ExampleExplainer(model)) {
      ExampleReader reader =
          new ExampleReader(
              source, split, model.kind() == Kind.TEXT ? TextTokenizer.of(model.trained()) : null);
      AtomicFile.ofManyWriters(storage, path)
          .write(
              out ->
                  reader.read(
                      part,
                      PARTS,
                      (index, key, example) -> {
                        long hash = ExampleReader.hash(model.settings().seed(), key);
                        if (hash > limit) {
                          return;
                        }
                        try {
                          ExplanationsRecord.Example explained = explainer.explain(example.get());
                          summary.add(hash, explained);
                          out.write((Json.line(explained) + "\n").getBytes(StandardCharsets.UTF_8));
                        } catch (IOException e) {
                          throw new UncheckedIOException(e);
                        }
                      }));
      if (summary.count() == 0) {
        storage.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return summary;
  }
}
