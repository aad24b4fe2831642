package io.centroid.spark.text;

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
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.spark.JavaSerialized;
import io.centroid.spark.ReadResult;
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
 * Spark job that tokenizes text into a corpus. Each task streams its input slices and writes its
 * part files directly. The result is bitwise identical on any cluster, and no text passes through
 * the driver.
 */
public final class CorpusJob {
  /** Shutdown-hook priority, above Spark's hook (40) and Hadoop FileSystem's (10). */
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
   * Writes the corpus atomically; a failure or JVM shutdown leaves no files.
   *
   * @throws InputException if the text is invalid or empty, or the output folder exists
   */
  public CorpusManifest run() {
    TextPlan plan =
        TextPlan.of(
            TextInputs.find(
                files,
                settings.inputs(),
                settings.documents(),
                settings.reading().jsonField(),
                progress::onNote),
            settings.shardBytes());
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
    JavaRDD<ReadResult<BitSet>> surveys =
        tasks.map(
            (task, kept) ->
                ReadResult.of(() -> CharacterSurvey.of(text.value().value().reader(task))));
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
    progress.onNote(
        "training a BPE tokenizer with a vocabulary of " + bpe.vocabulary() + " tokens");
    Tokenizer tokenizer;
    try {
      tokenizer =
          JobProperties.described(
              spark.sc(),
              "counting pre-tokens for BPE training",
              () -> BpeTrainingJob.train(texts, bpe.vocabulary(), bpe.minimumCount()));
    } catch (InputException e) {
      throw damage.isZero() ? e : damage.value().get(0); // The undamaged rest may be too small.
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

  private static ReadResult<PartResult> encode(Encoding encoding, int task, KeptDocuments kept) {
    TaskContext context = TaskContext.get();
    return ReadResult.of(
        () ->
            encoding.encode(
                task, "attempt-" + context.taskAttemptId(), kept, context::isInterrupted));
  }
}
