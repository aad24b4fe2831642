package io.centroid.generate;

import io.centroid.InputException;
import io.centroid.generate.decoder.Gpt2Decoder;
import io.centroid.generate.decoder.Span;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Goes on with texts. Prompts of any lengths are computed together, some at a time; a text's draws
 * are the same as if it were alone, up to the rounding of the scores, and the scores have the same
 * bits whatever the number of threads. Weights are only read. A text's keys and values are freed
 * when it is finished, the working space when the generator is closed. Not thread-safe.
 */
public final class Generator implements AutoCloseable {
  /** Tokens that a pass can guess. */
  public static final int MOST_GUESSES = Gpt2Decoder.SCORED - 1;

  private final Gpt2Config config;
  private final @Nullable Tokenizer tokenizer;
  private final Gpt2Decoder decoder;
  private final int guesses;

  /** A generator that takes one token a pass. */
  public Generator(
      Gpt2Config config, Gpt2Weights weights, @Nullable Tokenizer tokenizer, int threads) {
    this(config, weights, tokenizer, threads, 0);
  }

  /**
   * A generator over the model's weights.
   *
   * @param tokenizer knows the token that ends texts and starts empty prompts; without one there is
   *     none
   * @param threads that share each token's work
   * @param guesses tokens that are looked up in the text at most, to be checked in one pass; the
   *     draws are the same without, up to the rounding of the scores
   */
  public Generator(
      Gpt2Config config,
      Gpt2Weights weights,
      @Nullable Tokenizer tokenizer,
      int threads,
      int guesses) {
    if (guesses < 0 || guesses > MOST_GUESSES) {
      throw new InputException(
          "tokens to guess must be from 0 to " + MOST_GUESSES + ": " + guesses);
    }
    if (threads < 1) {
      throw new InputException("generation needs 1 thread or more: " + threads);
    }
    this.config = config;
    this.tokenizer = tokenizer;
    this.guesses = guesses;
    this.decoder = new Gpt2Decoder(config, weights, threads);
  }

  /**
   * The texts that follow the prompts, in the prompts' order.
   *
   * @throws InputException if a prompt is empty and there is no end-of-text token, if it has a
   *     token beyond the vocabulary, or if it is too long and must not slide
   */
  public List<Generation> generate(
      List<int[]> prompts, Sampling sampling, StopCriteria ending, TokenListener listener) {
    return generate(0, prompts, sampling, ending, listener);
  }

  /**
   * As {@link #generate(List, Sampling, Ending, TokenListener)}, for some of many prompts.
   *
   * @param first number of the first prompt among all; a text's draws depend on its number
   */
  public List<Generation> generate(
      int first,
      List<int[]> prompts,
      Sampling sampling,
      StopCriteria ending,
      TokenListener listener) {
    List<int[]> starts = new ArrayList<>();
    for (int number = 0; number < prompts.size(); number++) {
      requirePrompt("prompt " + (first + number), prompts.get(number), ending);
      starts.add(start(prompts.get(number)));
    }
    try (Turns turns = new Turns(first, starts, sampling, ending)) {
      while (turns.go(listener)) {}
      return List.of(turns.results);
    }
  }

  /**
   * Refuses a prompt that {@link #generate} could not go on with.
   *
   * @param name what to call it in the message
   */
  public void requirePrompt(String name, int[] prompt, StopCriteria ending) {
    requireKnown(name, prompt);
    if (prompt.length == 0 && endOfText() < 0) {
      throw new InputException(
          name
              + " is empty: expected a token, since the tokenizer has no end-of-text to start"
              + " from");
    }
    if (ending.overflow() == ContextOverflow.STOP && prompt.length > config.positions()) {
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
   * Natural logarithms of the probabilities of {@code ids[1..]}, each given what precedes it.
   *
   * @throws InputException if there are more tokens than the model has positions, or unknown ones
   */
  public double[] logProbabilities(int[] ids) {
    requireScorable(ids, ids.length - 1);
    return new TextScorer(config, decoder).logProbabilities(ids);
  }

  /**
   * The scores before softmax of what follows each token, (tokens, vocabulary) row-major: as many
   * floats as an array holds at most.
   *
   * @throws InputException as {@link #logProbabilities}
   */
  public float[] scores(int[] ids) {
    requireScorable(ids, ids.length);
    return new TextScorer(config, decoder).scores(ids);
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

  /** The token, or -1. */
  private int endOfText() {
    return tokenizer == null ? -1 : tokenizer.endOfText().orElse(-1);
  }

  /** The texts of one call: some on their way, the rest waiting for a place. */
  private final class Turns implements AutoCloseable {
    private final int first;
    private final List<int[]> prompts;
    private final Sampling sampling;
    private final StopCriteria ending;
    private final TokenSampler sampler;
    private final List<Continuation> running = new ArrayList<>();
    private final Generation[] results;
    private int next;

    Turns(int first, List<int[]> prompts, Sampling sampling, StopCriteria ending) {
      this.first = first;
      this.prompts = prompts;
      this.sampling = sampling;
      this.ending = ending;
      this.sampler = new TokenSampler(sampling, config.vocabulary());
      this.results = new Generation[prompts.size()];
    }

    /** One pass; false if there is nothing left to do. */
    boolean go(TokenListener listener) {
      while (running.size() < Gpt2Decoder.SCORED && next < prompts.size()) {
        running.add(
            new Continuation(
                config, sequence(first + next, prompts.get(next)), new PromptLookup(guesses)));
        next++;
        retire();
      }
      if (running.isEmpty()) {
        return false;
      }
      List<Span> spans = new ArrayList<>();
      List<Continuation> scored = new ArrayList<>();
      List<Integer> rows = new ArrayList<>();
      int row = 0;
      int room = Gpt2Decoder.ROWS;
      int spare = Gpt2Decoder.SCORED - running.size();
      for (Continuation text : running) {
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
      Continuation.Scores scores = new Continuation.Scores(decoder.scores(), config.vocabulary());
      for (int i = 0; i < scored.size(); i++) {
        scored.get(i).take(scores, rows.get(i), listener);
      }
      retire();
      return true;
    }

    private void retire() {
      for (Continuation text : running) {
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
          ending,
          ending.atEndOfText() ? endOfText() : -1,
          strings());
    }

    @Override
    public void close() {
      running.forEach(Continuation::close);
    }

    private @Nullable StopStrings strings() {
      if (ending.strings().isEmpty()) {
        return null;
      }
      if (tokenizer == null) {
        throw new InputException("texts end at strings only where there is a tokenizer");
      }
      return new StopStrings(ending.strings(), tokenizer);
    }
  }
}
