package io.centroid.data.corpus;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.ShardPlan;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The windows of a corpus as examples. A training text of T tokens has (T - 1) / block windows,
 * each of {@code block} tokens and the next one; validation text likewise. Workers get runs of
 * adjacent windows and read them in spans of about a million tokens.
 *
 * <p>The key of a span is the index of its first token, counted through training and then
 * validation. There is no test split. One of the workers verifies each shard's hash. Immutable and
 * serializable.
 */
public final class TokenSource implements ExampleSource {
  private static final long serialVersionUID = 1L;
  private static final int MAX_SPAN_TOKENS = 1 << 20;

  private final HadoopFiles files;
  private final String folder;
  private final CorpusSplit training;
  private final CorpusSplit validation;
  private final IdWidth width;
  private final int vocabulary;
  private final int block;

  /**
   * A source of windows of a corpus.
   *
   * @param corpus prepared corpus
   * @param block context length in tokens
   * @throws InputException if the training text or a non-empty validation text is shorter than one
   *     window
   */
  public TokenSource(Corpus corpus, int block) {
    CorpusManifest manifest = corpus.manifest();
    this.files = corpus.files();
    this.folder = corpus.folder();
    this.training = manifest.training();
    this.validation = manifest.validation();
    this.width = manifest.width();
    this.vocabulary = manifest.tokenizer().vocabulary();
    this.block = InputShape.row(block).size();
    if (block > MAX_SPAN_TOKENS) {
      throw new InputException(
          "a block must have at most " + MAX_SPAN_TOKENS + " tokens: " + block);
    }
    requireWindow(training, "training tokens, expected");
    if (validation.tokens() > 0) {
      requireWindow(validation, "validation tokens, expected none or");
    }
  }

  @Override
  public SourceSchema schema(Split split) {
    requireTraining(split);
    return new SourceSchema(
        InputShape.row(block),
        SourceSchema.FeatureKind.TOKENS,
        OptionalLong.of(windows(training) + windows(validation)),
        true);
  }

  @Override
  public String place(Split split) {
    return folder;
  }

  @Override
  public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
    requireTraining(split);
    read(
        training, false, 0, new ShardPlan(seed, workers, windows(training), bytes()), worker, sink);
    read(
        validation,
        true,
        training.tokens(),
        new ShardPlan(seed, workers, windows(validation), bytes()),
        worker,
        sink);
    verify(worker, workers);
  }

  /** Verifies the worker's share of the shards; together the workers verify all. */
  private void verify(int worker, int workers) {
    List<CorpusShard> parts = new ArrayList<>(training.parts());
    parts.addAll(validation.parts());
    for (int i = worker; i < parts.size(); i += workers) {
      parts.get(i).verify(files, files.path(folder));
    }
  }

  private void requireWindow(CorpusSplit part, String expected) {
    if (windows(part) < 1) {
      throw new InputException(
          folder
              + ": "
              + part.tokens()
              + " "
              + expected
              + " at least "
              + (block + 1L)
              + " for a block of "
              + block);
    }
  }

  private void read(
      CorpusSplit part,
      boolean isValidation,
      long firstKey,
      ShardPlan plan,
      int worker,
      ExampleSink sink) {
    int atOnce = Math.max(1, MAX_SPAN_TOKENS / block);
    try (SplitReader reader =
        new SplitReader(files, files.path(folder), part.parts(), width, vocabulary)) {
      int[] tokens = {};
      for (ShardPlan.Range range : plan.ranges(worker)) {
        for (long first = range.from(); first < range.to(); first += atOnce) {
          int length = (int) Math.min(atOnce, range.to() - first) * block + 1;
          tokens = tokens.length < length ? new int[length] : tokens;
          reader.read(first * block, tokens, length);
          sink.span(firstKey + first * block, isValidation, tokens, length);
        }
      }
    }
  }

  private long windows(CorpusSplit part) {
    return Math.max(0, part.tokens() - 1) / block;
  }

  private long bytes() {
    return (long) block * width.bytes();
  }

  private void requireTraining(Split split) {
    if (split != Split.TRAIN) {
      throw new InputException(folder + ": a corpus has no test split; use its validation split");
    }
  }
}
