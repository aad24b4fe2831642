package io.centroid.spark.text;

import io.centroid.data.corpus.CorpusManifest;
import io.centroid.data.corpus.Staging;
import io.centroid.data.documents.Text;
import io.centroid.data.documents.TextInputs;
import io.centroid.data.documents.TextPlan;
import io.centroid.data.tokenizing.CharacterSurvey;
import io.centroid.data.tokenizing.CorpusFolder;
import io.centroid.data.tokenizing.Encoding;
import io.centroid.data.tokenizing.KeptDocuments;
import io.centroid.data.tokenizing.PartResult;
import io.centroid.data.tokenizing.SpecialTokenRule;
import io.centroid.data.tokenizing.TextPieces;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.leak.Canaries;
import io.centroid.spark.JavaSerialized;
import io.centroid.spark.ReadResult;
import io.centroid.spark.internal.JobProperties;
import io.centroid.text.CharacterTokenizer;
import io.centroid.text.SpecialTokens;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
  private static final String END_OF_TEXT = Pattern.quote(SpecialTokens.END_OF_TEXT);

  /** Maximum number of kinds of special tokens that a note names. */
  private static final int MAX_NAMED = 3;

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
    TextPlan cut =
        TextPlan.of(
            TextInputs.find(
                files,
                settings.inputs(),
                settings.documents(),
                settings.reading(),
                progress::onNote),
            settings.shardBytes());
    // Edits must see documents as a whole.
    TextPlan plan = settings.reading().edits() == null ? cut : cut.ofWholeDocuments();
    CorpusFolder folder = CorpusFolder.create(files, settings.out(), settings.overwrite());
    return folder.closedAfter(() -> prepare(plan, folder));
  }

  private CorpusManifest prepare(TextPlan plan, CorpusFolder folder) {
    folder.requireNoInput(plan.files());
    try (Tasks tasks =
        settings.dropDuplicates()
            ? Tasks.withoutDuplicates(spark, new Text(files, plan, settings.reading()))
            : Tasks.of(spark, plan)) {
      Tokenizer tokenizer = tokenizer(plan, tasks);
      List<PartResult> results = encode(plan, tokenizer, folder.staging(), tasks);
      Canaries canaries = settings.canaries();
      if (canaries != null) {
        results =
            new CanaryPlanting(spark, job, folder.staging())
                .plant(canaries, tokenizer, settings.validation(), results);
      }
      return folder.publish(
          results,
          settings.tokenizer().kind(),
          tokenizer,
          settings.validation(),
          settings.described(results));
    }
  }

  private Tokenizer tokenizer(TextPlan plan, Tasks tasks) {
    TokenizerChoice choice = settings.tokenizer();
    if (choice instanceof TokenizerChoice.Files chosen) {
      return TokenizerFiles.read(files, files.path(chosen.folder()));
    }
    Broadcast<JavaSerialized<Text>> text =
        spark.broadcast(
            new JavaSerialized<>(
                new Text(
                    files,
                    plan,
                    settings.reading().keepingWhole(List.of(SpecialTokens.END_OF_TEXT)))));
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
    Canaries canaries = settings.canaries();
    if (canaries != null) {
      canaries.canaries().forEach(canary -> canary.text().codePoints().forEach(found::set));
      "0123456789".codePoints().forEach(found::set); // Candidates have any digits.
    }
    StringBuilder characters = new StringBuilder();
    found.stream().forEach(characters::appendCodePoint);
    return CharacterTokenizer.of(characters.toString());
  }

  private Tokenizer learned(
      TokenizerChoice.Bpe bpe, Broadcast<JavaSerialized<Text>> text, Tasks tasks) {
    CollectionAccumulator<InputException> damage = spark.sc().collectionAccumulator("damage");
    JavaRDD<String> pieces =
        tasks.flatMap(
            (task, kept) -> new TextPieces(text.value().value().reader(task), kept, damage::add));
    JavaRDD<String> texts =
        settings.specialTokens() == SpecialTokenRule.TEXT
            ? pieces
            : pieces.flatMap(piece -> List.of(piece.split(END_OF_TEXT, -1)).iterator());
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
                    settings.specialTokens(),
                    settings.validation(),
                    staging)));
    try {
      List<PartResult> results =
          job.run(
              "tokens", tasks.map((task, kept) -> encode(encoding.value().value(), task, kept)));
      noteSpecialTokens(results, tokenizer);
      return results;
    } finally {
      encoding.destroy();
    }
  }

  /** Reports the special tokens that the text spells, since they are text by default. */
  private void noteSpecialTokens(List<PartResult> results, Tokenizer tokenizer) {
    Map<Integer, Long> counts = new TreeMap<>();
    results.forEach(result -> result.added().forEach((id, n) -> counts.merge(id, n, Long::sum)));
    if (counts.isEmpty()) {
      return;
    }
    String found =
        counts.entrySet().stream()
            .sorted(Map.Entry.<Integer, Long>comparingByValue().reversed())
            .limit(MAX_NAMED)
            .map(
                entry ->
                    String.format(
                        Locale.ROOT,
                        "%,d of %s",
                        entry.getValue(),
                        InputErrors.shorten(tokenizer.decode(new int[] {entry.getKey()}))))
            .collect(Collectors.joining(", "));
    String more = counts.size() > MAX_NAMED ? " and others" : "";
    progress.onNote(
        InputErrors.oneLine(
            settings.specialTokens() == SpecialTokenRule.TEXT
                ? "special tokens in the text became text: %s%s; --special-tokens recognize makes tokens of them"
                    .formatted(found, more)
                : "special tokens in the text were recognized: %s%s".formatted(found, more)));
  }

  private static ReadResult<PartResult> encode(Encoding encoding, int task, KeptDocuments kept) {
    TaskContext context = TaskContext.get();
    return ReadResult.of(
        () ->
            encoding.encode(
                task, "attempt-" + context.taskAttemptId(), kept, context::isInterrupted));
  }
}
