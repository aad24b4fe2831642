package io.centroid.generate;

import io.centroid.error.InputException;
import io.centroid.generate.decoder.DecoderWeights;
import io.centroid.generate.decoder.Decoders;
import io.centroid.generate.decoder.Span;
import io.centroid.generate.decoder.TokenDecoder;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.matrix.WeightFormat;
import io.centroid.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Generates text with GPT-2. Prompts of any lengths are decoded in one batch. A text's sampled
 * tokens do not depend on the batch, up to rounding of the logits; logits are bitwise identical for
 * any number of threads. Weights are only read. A text's key-value cache is freed when the text is
 * finished. Not thread-safe.
 */
public final class Generator implements AutoCloseable {
  /** Maximum number of draft tokens per pass. */
  public static final int MAX_DRAFT_TOKENS = TokenDecoder.SCORED - 1;

  private final Gpt2Config config;
  private final @Nullable Tokenizer tokenizer;
  private final TokenDecoder decoder;
  private final int draftTokens;

  /** Creates a generator without draft tokens whose weights are used in place. */
  public Generator(
      Gpt2Config config, Gpt2Weights weights, @Nullable Tokenizer tokenizer, int threads) {
    this(config, new DecoderWeights(config, weights, WeightFormat.FLOAT32, threads), tokenizer, 0);
  }

  /**
   * Creates a generator.
   *
   * @param weights the model's weights as an engine decodes with them
   * @param tokenizer source of the end-of-text token, which also starts empty prompts; null: none
   * @param draftTokens maximum number of draft tokens per pass (prompt lookup decoding); the
   *     sampled tokens are the same without, up to rounding of the logits
   */
  public Generator(
      Gpt2Config config, Decoders weights, @Nullable Tokenizer tokenizer, int draftTokens) {
    requireDraftTokens(draftTokens);
    this.config = config;
    this.tokenizer = tokenizer;
    this.draftTokens = draftTokens;
    this.decoder = weights.decoder();
  }

  /**
   * Checks a number of draft tokens.
   *
   * @throws InputException if there may not be so many
   */
  public static void requireDraftTokens(int draftTokens) {
    if (draftTokens < 0 || draftTokens > MAX_DRAFT_TOKENS) {
      throw new InputException(
          "draft tokens must be from 0 to " + MAX_DRAFT_TOKENS + ": " + draftTokens);
    }
  }

  /**
   * Generates a text for each prompt, in the prompts' order.
   *
   * @throws InputException if a prompt is empty and there is no end-of-text token, if a token is
   *     not in the vocabulary, or if a prompt exceeds the context with {@link ContextOverflow#STOP}
   */
  public List<Generation> generate(
      List<int[]> prompts, Sampling sampling, StopCriteria stopCriteria, TokenListener listener) {
    return generate(0, prompts, sampling, stopCriteria, listener);
  }

  /**
   * {@link #generate(List, Sampling, StopCriteria, TokenListener)} for a part of the prompts.
   *
   * @param first index of the first prompt among all prompts; a text's random numbers depend on its
   *     index
   */
  public List<Generation> generate(
      int first,
      List<int[]> prompts,
      Sampling sampling,
      StopCriteria stopCriteria,
      TokenListener listener) {
    List<int[]> starts = new ArrayList<>();
    for (int number = 0; number < prompts.size(); number++) {
      requirePrompt("prompt " + (first + number), prompts.get(number), stopCriteria);
      starts.add(start(prompts.get(number)));
    }
    try (BatchedDecoding decoding = new BatchedDecoding(first, starts, sampling, stopCriteria)) {
      while (decoding.step(listener)) {}
      return List.of(decoding.results);
    }
  }

  /**
   * Checks that {@link #generate} can continue a prompt.
   *
   * @param name name of the prompt in the message
   * @throws InputException if it cannot
   */
  public void requirePrompt(String name, int[] prompt, StopCriteria stopCriteria) {
    requireKnown(name, prompt);
    if (prompt.length == 0 && endOfText() < 0) {
      throw new InputException(
          name
              + " is empty: expected a token, since the tokenizer has no end-of-text to start"
              + " from");
    }
    if (stopCriteria.overflow() == ContextOverflow.STOP && prompt.length > config.positions()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s has %d tokens: expected at most the model's %d positions",
              name,
              prompt.length,
              config.positions()));
    }
  }

  /**
   * Log-probabilities of {@code ids[1..]}, each given the tokens before it.
   *
   * @throws InputException if the text exceeds the model's context, or a token is not in the
   *     vocabulary
   */
  public double[] logProbabilities(int[] ids) {
    requireScorable(ids);
    return new TextScorer(config, decoder).logProbabilities(ids);
  }

  /**
   * Log-likelihoods of texts that begin alike: sums of {@link #logProbabilities}, up to rounding.
   * The tokens with which all of them begin are computed once.
   *
   * @param texts texts of two or more tokens, at most {@link TokenDecoder#ROWS} after the common
   *     ones
   * @param scored receives the number of texts scored so far
   * @throws InputException as {@link #logProbabilities}
   */
  public double[] logLikelihoods(List<int[]> texts, IntConsumer scored) {
    texts.forEach(this::requireScorable);
    return new ContinuationScorer(config, decoder).logLikelihoods(texts, scored);
  }

  /**
   * Next-token logits after each token, shape (tokens, vocabulary), row-major. The size is limited
   * by the maximum length of an array.
   *
   * @throws InputException as {@link #logProbabilities}
   */
  public float[] scores(int[] ids) {
    requireScorable(ids, ids.length);
    return new TextScorer(config, decoder).scores(ids);
  }

  /**
   * Checks that {@link #logProbabilities} can score a text.
   *
   * @return the text
   * @throws InputException if it cannot
   */
  public int[] requireScorable(int[] ids) {
    requireScorable(ids, ids.length - 1);
    return ids;
  }

  private void requireScorable(int[] ids, int tokens) {
    requireKnown("the text", ids);
    if (tokens > config.positions()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "a text of %d tokens exceeds the model's %d positions",
              ids.length,
              config.positions()));
    }
  }

  @Override
  public void close() {
    decoder.close();
  }

  private int[] start(int[] prompt) {
    return prompt.length == 0 ? new int[] {endOfText()} : prompt;
  }

  private void requireKnown(String text, int[] ids) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= config.vocabulary()) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s, token %d: expected an id below %d, found %d",
                text,
                i,
                config.vocabulary(),
                ids[i]));
      }
    }
  }

  /** End-of-text token id; -1 if there is none. */
  private int endOfText() {
    return tokenizer == null ? -1 : tokenizer.endOfText().orElse(-1);
  }

  /** Batched decoding of one call's texts: some are running, the others wait for a slot. */
  private final class BatchedDecoding implements AutoCloseable {
    private final int first;
    private final List<int[]> prompts;
    private final Sampling sampling;
    private final StopCriteria stopCriteria;
    private final TokenSampler sampler;
    private final List<CachedSequence> running = new ArrayList<>();
    private final Generation[] results;
    private int next;

    BatchedDecoding(int first, List<int[]> prompts, Sampling sampling, StopCriteria stopCriteria) {
      this.first = first;
      this.prompts = prompts;
      this.sampling = sampling;
      this.stopCriteria = stopCriteria;
      this.sampler = new TokenSampler(sampling, config.vocabulary());
      this.results = new Generation[prompts.size()];
    }

    /** Runs one forward pass; false if all texts are finished. */
    boolean step(TokenListener listener) {
      while (running.size() < TokenDecoder.SCORED && next < prompts.size()) {
        running.add(
            new CachedSequence(
                config,
                decoder,
                sequence(first + next, prompts.get(next)),
                new PromptLookup(draftTokens)));
        next++;
        retire();
      }
      if (running.isEmpty()) {
        return false;
      }
      List<Span> spans = new ArrayList<>();
      List<CachedSequence> scored = new ArrayList<>();
      List<Integer> rows = new ArrayList<>();
      int row = 0;
      int room = TokenDecoder.ROWS;
      int spare = TokenDecoder.SCORED - running.size();
      for (CachedSequence text : running) {
        if (room > 0) {
          Span span = text.next(room, spare);
          room -= span.count();
          spans.add(span);
          if (span.scored() > 0) {
            spare -= span.scored() - 1;
            scored.add(text);
            rows.add(row);
            row += span.scored();
          }
        }
      }
      decoder.advance(spans);
      CachedSequence.Scores scores =
          new CachedSequence.Scores(decoder.scores(), config.vocabulary());
      for (int i = 0; i < scored.size(); i++) {
        scored.get(i).take(scores, rows.get(i), listener);
      }
      retire();
      return true;
    }

    private void retire() {
      for (CachedSequence text : running) {
        SampledSequence sequence = text.sequence();
        if (sequence.isFinished()) {
          results[sequence.number() - first] = sequence.result();
          text.close();
        }
      }
      running.removeIf(text -> text.sequence().isFinished());
    }

    private SampledSequence sequence(int number, int[] prompt) {
      return new SampledSequence(
          number,
          prompt,
          config.positions(),
          sampling.seed(),
          sampler,
          stopCriteria,
          stopCriteria.atEndOfText() ? endOfText() : -1,
          strings());
    }

    @Override
    public void close() {
      running.forEach(CachedSequence::close);
    }

    private @Nullable StopStrings strings() {
      if (stopCriteria.strings().isEmpty()) {
        return null;
      }
      if (tokenizer == null) {
        throw new InputException("stop strings need a tokenizer");
      }
      return new StopStrings(stopCriteria.strings(), tokenizer);
    }
  }
}
