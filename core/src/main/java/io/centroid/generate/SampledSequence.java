package io.centroid.generate;

import io.centroid.nn.kernels.FloatVector;
import io.centroid.random.RandomStream;
import io.centroid.random.Seed;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text being generated, independent of the engine that computes its logits: tokens, random number
 * stream, stop criteria and sliding context. Not thread-safe.
 */
public final class SampledSequence {
  private final int number;
  private final int positions;
  private final TokenSampler sampler;
  private final StopCriteria stopCriteria;
  private final int endOfText;
  private final @Nullable StopStrings strings;
  private final RandomStream random;
  private final DistinctTokens seen = new DistinctTokens();
  private final int promptTokens;
  private final long begun = System.nanoTime();
  private int[] ids;
  private int length;
  private int sampled;
  private long first;
  private long latest;
  private @Nullable FinishReason finish;

  /**
   * Creates a text without a tokenizer, which stops only at the stop tokens of {@code
   * stopCriteria}.
   *
   * @param number index of the text, which selects its random number stream
   * @param vocabulary vocabulary size
   * @param positions context length of the model in tokens
   */
  public SampledSequence(
      int number,
      int[] prompt,
      int vocabulary,
      int positions,
      Sampling sampling,
      StopCriteria stopCriteria) {
    this(
        number,
        prompt,
        positions,
        sampling.seed(),
        new TokenSampler(sampling, vocabulary),
        stopCriteria,
        -1,
        null);
  }

  /**
   * Creates a text that starts with a prompt.
   *
   * @param sampler sampler, which the texts of a thread may share
   * @param endOfText additional stop token; -1: none
   */
  SampledSequence(
      int number,
      int[] prompt,
      int positions,
      long seed,
      TokenSampler sampler,
      StopCriteria stopCriteria,
      int endOfText,
      @Nullable StopStrings strings) {
    this.number = number;
    this.positions = positions;
    this.sampler = sampler;
    this.stopCriteria = stopCriteria;
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

  /** Number of new tokens that may still be generated. */
  int remaining() {
    return promptTokens + stopCriteria.newTokens() - length;
  }

  public boolean isFinished() {
    return finish != null;
  }

  /** The last tokens of the text, at most {@code count}. */
  public int[] last(int count) {
    return Arrays.copyOfRange(ids, Math.max(0, length - count), length);
  }

  /** Number of tokens that a full context of {@code positions} tokens keeps when it slides. */
  public static int keptWhenFull(int positions) {
    return Math.max(1, positions / 2);
  }

  /** The array of token ids, with room for {@code room} more. */
  int[] ids(int room) {
    if (length + room > ids.length) {
      ids = Arrays.copyOf(ids, 2 * ids.length + room);
    }
    return ids;
  }

  /**
   * Samples the next token and checks the stop criteria.
   *
   * @param scores logits
   * @param from offset of the vocabulary's logits
   * @param listener receives the token if it is part of the text
   */
  public void next(float[] scores, int from, TokenListener listener) {
    take(sampler.next(scores, from, seen, random), listener);
  }

  /** {@link #next(float[], int, TokenListener)} with off-heap logits. */
  void next(FloatVector scores, long from, TokenListener listener) {
    take(sampler.next(scores, from, seen, random), listener);
  }

  private void take(int id, TokenListener listener) {
    latest = System.nanoTime();
    first = first == 0 ? latest : first;
    sampled++;
    if (id == endOfText || stopCriteria.tokens().contains(id)) {
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
    return stopCriteria.overflow() == ContextOverflow.STOP && length == positions;
  }

  /**
   * The finished text.
   *
   * @throws IllegalStateException if it is not finished
   */
  public Generation result() {
    FinishReason reason = finish;
    if (reason == null) {
      throw new IllegalStateException("text " + number + " is not finished");
    }
    return new Generation(
        Arrays.copyOf(ids, length),
        promptTokens,
        reason,
        sampled == 0 ? 0 : (first - begun) / 1e6,
        sampled < 2 ? 0 : (latest - first) / 1e6 / (sampled - 1));
  }
}
