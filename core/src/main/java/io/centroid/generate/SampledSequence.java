package io.centroid.generate;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One text while it is generated, whichever engine computes its scores: its tokens, the stream of
 * random numbers that samples them, when it ends, and how its context slides. Not thread-safe.
 */
public final class SampledSequence {
  private final int number;
  private final int positions;
  private final TokenSampler sampler;
  private final StopCriteria ending;
  private final int endOfText;
  private final @Nullable StopStrings strings;
  private final RandomStream random;
  private final TokensSeen seen = new TokensSeen();
  private final int promptTokens;
  private final long begun = System.nanoTime();
  private int[] ids;
  private int length;
  private int sampled;
  private long first;
  private long latest;
  private @Nullable FinishReason finish;

  /**
   * A text without a tokenizer, which ends at the tokens of {@code ending} alone.
   *
   * @param number of the text, on which its random numbers depend
   * @param vocabulary number of tokens that each step has scores of
   * @param positions the longest context of the model in tokens
   */
  public SampledSequence(
      int number,
      int[] prompt,
      int vocabulary,
      int positions,
      Sampling sampling,
      StopCriteria ending) {
    this(
        number,
        prompt,
        positions,
        sampling.seed(),
        new TokenSampler(sampling, vocabulary),
        ending,
        -1,
        null);
  }

  /**
   * A text that starts with a prompt.
   *
   * @param sampler may be shared by the texts of one thread
   * @param endOfText a further token that ends the text; -1: none
   */
  SampledSequence(
      int number,
      int[] prompt,
      int positions,
      long seed,
      TokenSampler sampler,
      StopCriteria ending,
      int endOfText,
      @Nullable StopStrings strings) {
    this.number = number;
    this.positions = positions;
    this.sampler = sampler;
    this.ending = ending;
    this.endOfText = endOfText;
    this.strings = strings;
    this.random = new RandomStream(Seed.of(seed, Seed.Purpose.SAMPLING, number));
    this.promptTokens = prompt.length;
    this.ids = Arrays.copyOf(prompt, prompt.length + 16);
    this.length = prompt.length;
    for (int id : prompt) {
      seen.add(id);
    }
    if (isFull()) {
      finish = FinishReason.CONTEXT;
    }
  }

  int number() {
    return number;
  }

  int length() {
    return length;
  }

  /** New tokens that it may still get. */
  int remaining() {
    return promptTokens + ending.newTokens() - length;
  }

  public boolean isFinished() {
    return finish != null;
  }

  /** Its last tokens, at most {@code count}. */
  public int[] last(int count) {
    return Arrays.copyOfRange(ids, Math.max(0, length - count), length);
  }

  /** How many of the last tokens a context of {@code positions} tokens keeps when it slides. */
  public static int keptWhenFull(int positions) {
    return Math.max(1, positions / 2);
  }

  /** The array of its tokens, with room for so many more behind them. */
  int[] ids(int room) {
    if (length + room > ids.length) {
      ids = Arrays.copyOf(ids, 2 * ids.length + room);
    }
    return ids;
  }

  /**
   * Samples the next token and decides whether the text ends.
   *
   * @param from where the scores of all tokens start
   * @param listener gets the token if it is part of the text
   */
  public void next(float[] scores, int from, TokenListener listener) {
    take(sampler.next(scores, from, seen, random), listener);
  }

  /** As {@link #next(float[], int, TokenListener)}. */
  void next(FloatVector scores, long from, TokenListener listener) {
    take(sampler.next(scores, from, seen, random), listener);
  }

  private void take(int id, TokenListener listener) {
    latest = System.nanoTime();
    first = first == 0 ? latest : first;
    sampled++;
    if (id == endOfText || ending.tokens().contains(id)) {
      finish = FinishReason.STOP_TOKEN;
      return;
    }
    ids(1)[length++] = id;
    seen.add(id);
    listener.onToken(number, id);
    if (strings != null && strings.isReached(id)) {
      finish = FinishReason.STOP_STRING;
    } else if (remaining() == 0) {
      finish = FinishReason.LENGTH;
    } else if (isFull()) {
      finish = FinishReason.CONTEXT;
    }
  }

  private boolean isFull() {
    return ending.overflow() == ContextOverflow.STOP && length == positions;
  }

  /** The text, once it is finished. */
  public Generation result() {
    FinishReason reason = finish;
    if (reason == null) {
      throw new IllegalStateException("text " + number + " has not ended");
    }
    return new Generation(
        Arrays.copyOf(ids, length),
        promptTokens,
        reason,
        sampled == 0 ? 0 : (first - begun) / 1e6,
        sampled < 2 ? 0 : (latest - first) / 1e6 / (sampled - 1));
  }
}
