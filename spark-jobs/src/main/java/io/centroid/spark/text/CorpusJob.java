package io.centroid.spark.text;

import io.centroid.InputException;
import io.centroid.data.corpus.CorpusManifest;
import io.centroid.data.corpus.Staging;
import io.centroid.data.documents.KeptDocuments;
import io.centroid.data.documents.Text;
import io.centroid.data.documents.TextInputs;
import io.centroid.data.documents.TextPieces;
import io.centroid.data.documents.TextPlan;
import io.centroid.data.tokenizing.CharacterSurvey;
import io.centroid.data.tokenizing.CorpusFolder;
import io.centroid.data.tokenizing.Encoding;
import io.centroid.data.tokenizing.PartResult;
import io.centroid.io.HadoopFiles;
import io.centroid.spark.JavaSerialized;
import io.centroid.spark.Reading;
import io.centroid.spark.internal.JobProperties;
import io.centroid.text.CharacterTokenizer;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.util.BitSet;
import java.util.List;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.CollectionAccumulator;

/**
 * Makes text into a corpus: each task reads its slices as a stream and writes its parts itself, so
 * the result is the same on any cluster and no text passes through the driver.
 */
public final class CorpusJob {
  /** Before Spark's own end (40) and that of the file systems (10). */
  private static final int SHUTDOWN_PRIORITY = 60;

  private final JavaSparkContext spark;
  private final HadoopFiles files;
  private final CorpusSettings settings;
  private final CorpusProgress progress;
  private final ReadingJob job;

  public CorpusJob(JavaSparkContext spark, CorpusSettings settings, CorpusProgress progress) {
    this.spark = spark;
    this.files = new HadoopFiles(spark.hadoopConfiguration());
    this.settings = settings;
    this.progress = progress;
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
    CorpusFolder folder = CorpusFolder.create(files, settings.out(), settings.overwrite());
    Runnable hook = folder::close;
    ShutdownHookManager.get().addShutdownHook(hook, SHUTDOWN_PRIORITY);
    try (folder) {
      folder.requireNoInput(plan.files());
      try (Tasks tasks =
          settings.dropDuplicates()
              ? Tasks.withoutDuplicates(spark, new Text(files, plan, settings.reading()))
              : Tasks.of(spark, plan)) {
        Tokenizer tokenizer = tokenizer(plan, tasks);
        return folder.publish(
            encode(plan, tokenizer, folder.staging(), tasks),
            settings.tokenizer().kind(),
            tokenizer,
            settings.validation(),
            settings.described());
      }
    } finally {
      if (!ShutdownHookManager.get().isShutdownInProgress()) {
        ShutdownHookManager.get().removeShutdownHook(hook);
      }
    }
  }

  private Tokenizer tokenizer(TextPlan plan, Tasks tasks) {
    TokenizerChoice choice = settings.tokenizer();
    if (choice instanceof TokenizerChoice.Files chosen) {
      return TokenizerFiles.read(files, files.path(chosen.folder()));
    }
    Broadcast<JavaSerialized<Text>> text =
        spark.broadcast(new JavaSerialized<>(new Text(files, plan, settings.reading())));
    try {
      return choice instanceof TokenizerChoice.Bpe bpe
          ? learned(bpe, text, tasks)
          : characters(text, tasks);
    } finally {
      text.destroy();
    }
  }

  private Tokenizer characters(Broadcast<JavaSerialized<Text>> text, Tasks tasks) {
    BitSet found = new BitSet();
    JavaRDD<Reading<BitSet>> surveys =
        tasks.map(
            (task, kept) ->
                Reading.of(() -> CharacterSurvey.of(text.value().value().reader(task))));
    job.run("characters", surveys).forEach(found::or);
    StringBuilder characters = new StringBuilder();
    found.stream().forEach(characters::appendCodePoint);
    return CharacterTokenizer.of(characters.toString());
  }

  private Tokenizer learned(
      TokenizerChoice.Bpe bpe, Broadcast<JavaSerialized<Text>> text, Tasks tasks) {
    CollectionAccumulator<InputException> damage = spark.sc().collectionAccumulator("damage");
    JavaRDD<String> texts =
        tasks.flatMap(
            (task, kept) -> new TextPieces(text.value().value().reader(task), kept, damage::add));
    progress.onNote("learning a vocabulary of " + bpe.vocabulary() + " tokens");
    Tokenizer tokenizer;
    try {
      tokenizer =
          JobProperties.described(
              spark.sc(),
              "counting words to learn a vocabulary",
              () -> BpeTrainingJob.train(texts, bpe.vocabulary(), bpe.minimumCount()));
    } catch (InputException e) {
      throw damage.isZero() ? e : damage.value().get(0); // What is left may be too little.
    }
    if (!damage.isZero()) {
      throw damage.value().get(0);
    }
    return tokenizer;
  }

  private List<PartResult> encode(
      TextPlan plan, Tokenizer tokenizer, Staging staging, Tasks tasks) {
    Broadcast<JavaSerialized<Encoding>> encoding =
        spark.broadcast(
            new JavaSerialized<>(
                new Encoding(
                    new Text(files, plan, settings.reading()),
                    tokenizer,
                    settings.validation(),
                    staging)));
    try {
      return job.run(
          "tokens", tasks.map((task, kept) -> encode(encoding.value().value(), task, kept)));
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
}
