package io.centroid.spark.text;

import io.centroid.InputException;
import io.centroid.corpus.CharacterSurvey;
import io.centroid.corpus.CorpusFolder;
import io.centroid.corpus.CorpusManifest;
import io.centroid.corpus.DocumentHash;
import io.centroid.corpus.DocumentHashing;
import io.centroid.corpus.Encoding;
import io.centroid.corpus.KeptDocuments;
import io.centroid.corpus.PartResult;
import io.centroid.corpus.Place;
import io.centroid.corpus.Text;
import io.centroid.corpus.TextInputs;
import io.centroid.corpus.TextPlan;
import io.centroid.data.HadoopFiles;
import io.centroid.spark.Reading;
import io.centroid.text.CharacterTokenizer;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Makes text into a corpus: each task reads its slices as a stream and writes its parts itself, so
 * the result is the same on any cluster and no text passes through the driver.
 */
public final class CorpusJob {
  /** Before Spark's own end (40) and that of the file systems (10). */
  private static final int SHUTDOWN_PRIORITY = 60;

  /** Beyond it, the blocks of a shuffle are too many and too small. */
  private static final int MOST_REDUCERS = 1000;

  private final JavaSparkContext spark;
  private final HadoopFiles files;
  private final CorpusSettings settings;
  private final ReadingJob job;

  public CorpusJob(JavaSparkContext spark, CorpusSettings settings, CorpusProgress progress) {
    this.spark = spark;
    this.files = new HadoopFiles(spark.hadoopConfiguration());
    this.settings = settings;
    this.job = new ReadingJob(spark, progress);
  }

  /**
   * Writes the corpus; a failure, or the end of the JVM, leaves nothing.
   *
   * @throws InputException if the text is damaged or there is none, or the folder is taken
   */
  public CorpusManifest run() {
    TextPlan plan =
        TextPlan.of(
            TextInputs.find(files, settings.inputs(), settings.documents()), settings.shardBytes());
    try (CorpusFolder folder = CorpusFolder.create(files, settings.out(), settings.overwrite())) {
      folder.requireNoInput(plan.files());
      ShutdownHookManager.get().addShutdownHook(folder::close, SHUTDOWN_PRIORITY);
      Tokenizer tokenizer = tokenizer(plan);
      return folder.publish(
          encode(plan, tokenizer, folder),
          settings.tokenizer().kind(),
          tokenizer,
          settings.validation(),
          settings.described());
    }
  }

  private Tokenizer tokenizer(TextPlan plan) {
    TokenizerChoice choice = settings.tokenizer();
    if (choice instanceof TokenizerChoice.Files chosen) {
      return TokenizerFiles.read(files, files.path(chosen.folder()));
    }
    return characters(plan);
  }

  private Tokenizer characters(TextPlan plan) {
    Broadcast<Text> text = spark.broadcast(new Text(files, plan, settings.reading()));
    try {
      BitSet found = new BitSet();
      JavaRDD<Reading<BitSet>> surveys =
          numbers(plan)
              .map(task -> Reading.of(() -> CharacterSurvey.of(text.value().reader(task))));
      job.run("characters", surveys).forEach(found::or);
      StringBuilder characters = new StringBuilder();
      found.stream().forEach(characters::appendCodePoint);
      return CharacterTokenizer.of(characters.toString());
    } finally {
      text.destroy();
    }
  }

  private List<PartResult> encode(TextPlan plan, Tokenizer tokenizer, CorpusFolder folder) {
    Broadcast<Encoding> encoding =
        spark.broadcast(
            new Encoding(
                new Text(files, plan, settings.reading()),
                tokenizer,
                settings.validation(),
                folder.staging()));
    try {
      JavaRDD<Reading<PartResult>> parts =
          settings.dropDuplicates()
              ? kept(plan)
                  .mapPartitionsWithIndex(
                      (task, places) ->
                          one(encode(encoding.value(), task, KeptDocuments.at(places))),
                      true)
              : numbers(plan).map(task -> encode(encoding.value(), task, KeptDocuments.all()));
      return job.run("tokens", parts);
    } finally {
      encoding.destroy();
    }
  }

  private static Reading<PartResult> encode(Encoding encoding, int task, KeptDocuments kept) {
    TaskContext context = TaskContext.get();
    return Reading.of(
        () ->
            encoding.encode(
                task, "attempt-" + context.taskAttemptId(), kept, context::isInterrupted));
  }

  /** What each task keeps: of equal documents the first. Sorted by Spark, on disk if need be. */
  private JavaRDD<Place> kept(TextPlan plan) {
    TextPlan whole = plan.ofWholeDocuments();
    Broadcast<Text> text = spark.broadcast(new Text(files, whole, settings.reading()));
    Broadcast<TextPlan> cut = spark.broadcast(plan);
    int reducers = Math.min(whole.tasks().size(), MOST_REDUCERS);
    JavaPairRDD<DocumentHash, Place> first =
        numbers(whole)
            .flatMapToPair(
                task -> new HashedDocuments(new DocumentHashing(text.value().reader(task))))
            .reduceByKey((one, other) -> one.compareTo(other) <= 0 ? one : other, reducers);
    return first
        .flatMapToPair(
            hashed ->
                cut.value().tasksOf(hashed._2()).stream()
                    .map(task -> new Tuple2<>(new TaskPlace(task, hashed._2()), true))
                    .iterator())
        .repartitionAndSortWithinPartitions(new TaskPartitioner(plan.tasks().size()))
        .map(kept -> kept._1().place());
  }

  private JavaRDD<Integer> numbers(TextPlan plan) {
    List<Integer> tasks = IntStream.range(0, plan.tasks().size()).boxed().toList();
    return spark.parallelize(tasks, tasks.size());
  }

  private static <T> Iterator<T> one(T element) {
    return List.of(element).iterator();
  }
}
