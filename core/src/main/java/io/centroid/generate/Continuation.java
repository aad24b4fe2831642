package io.centroid.generate;

import io.centroid.RandomStream;
import io.centroid.Seed;
import io.centroid.kernels.FloatVector;
import io.centroid.model.gpt2.Gpt2Config;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One text on its way: its tokens, its cache, and which tokens are not in the cache yet. */
final class Continuation implements AutoCloseable {
  private final int number;
  private final int positions;
  private final Ending ending;
  private final @Nullable StopStrings strings;
  private final KeyValueCache cache;
  private final RandomStream random;
  private final TokensSeen seen = new TokensSeen();
  private final Lookup lookup;
  private final int promptTokens;
  private final long begun = System.nanoTime();
  private int[] ids;
  private int length;
  private int cached;
  private int guessed;
  private long first;
  private long latest;
  private @Nullable FinishReason finish;

  /**
   * A text that starts with the prompt.
   *
   * @param number of the prompt
   */
  Continuation(
      Gpt2Config config,
      int number,
      int[] prompt,
      long seed,
      Ending ending,
      @Nullable StopStrings strings,
      Lookup lookup) {
    this.number = number;
    this.lookup = lookup;
    this.positions = config.positions();
    this.ending = ending;
    this.strings = strings;
    this.random = new RandomStream(Seed.of(seed, Seed.Purpose.SAMPLING, number));
    this.promptTokens = prompt.length;
    this.ids = Arrays.copyOf(prompt, prompt.length + 16);
    this.length = prompt.length;
    long longest = Math.min(positions, (long) prompt.length + ending.newTokens());
    this.cache = new KeyValueCache(config, (int) longest);
    this.cached = Math.max(0, length - positions);
    for (int id : prompt) {
      seen.add(id);
    }
    if (ending.overflow() == Overflow.STOP && length == positions) {
      finish = FinishReason.CONTEXT;
    }
  }

  int number() {
    return number;
  }

  boolean isFinished() {
    return finish != null;
  }

  /**
   * The next tokens for the cache, at most {@code most}; if they end the text, up to {@code
   * guesses} more.
   */
  Span next(int most, int guesses) {
    int count = Math.min(most, length - cached);
    int from = cached;
    cached += count;
    guessed = 0;
    if (cached < length) {
      return new Span(cache, ids, from, count, 0);
    }
    // The last token that may be drawn needs no guess.
    int left = promptTokens + ending.newTokens() - length - 1;
    int room = Math.min(left, cache.capacity() - cache.length() - count);
    room = Math.min(room, Math.min(guesses, most - count));
    if (room > 0) {
      reserve(room);
      guessed = lookup.guess(ids, length, room);
    }
    return new Span(cache, ids, from, count + guessed, 1 + guessed);
  }

  /**
   * Draws tokens from the scores of what follows, as long as they were guessed, and one more; tells
   * of each if the text has it then.
   *
   * @param row of the scores that is the first of this text's
   */
  void take(Scores scores, int row, TokenSampler sampler, int end, TokenListener listener) {
    int guesses = guessed;
    cache.shrink(guesses);
    for (int right = 0; ; right++) {
      // Drawing overwrites the guess.
      int guess = right < guesses ? ids[length] : -1;
      take(scores.of(), scores.from(row + right), sampler, end, listener);
      if (isFinished() || guess < 0 || ids[length - 1] != guess) {
        lookup.learn(guesses, right);
        return;
      }
      cache.grow(1);
      cached++;
    }
  }

  /** Scores of what may follow some tokens, (tokens, vocabulary). */
  record Scores(FloatVector of, int vocabulary) {
    long from(int row) {
      return (long) row * vocabulary;
    }
  }

  private void take(
      FloatVector scores, long from, TokenSampler sampler, int end, TokenListener listener) {
    int id = sampler.next(scores, from, seen, random);
    latest = System.nanoTime();
    first = first == 0 ? latest : first;
    if (id == end || ending.tokens().contains(id)) {
      finish = FinishReason.STOP_TOKEN;
      return;
    }
    append(id);
    listener.onToken(number, id);
    if (strings != null && strings.isReached(id)) {
      finish = FinishReason.STOP_STRING;
    } else if (length - promptTokens == ending.newTokens()) {
      finish = FinishReason.LENGTH;
    } else if (ending.overflow() == Overflow.STOP && length == positions) {
      finish = FinishReason.CONTEXT;
    } else if (cache.length() == positions) {
      cache.clear();
      cached = length - Math.max(1, positions / 2);
    }
  }

  private void append(int id) {
    reserve(1);
    ids[length++] = id;
    seen.add(id);
  }

  private void reserve(int more) {
    if (length + more > ids.length) {
      ids = Arrays.copyOf(ids, 2 * ids.length + more);
    }
  }

  /** The text, once it is finished. */
  Generation result() {
    FinishReason reason = finish;
    if (reason == null) {
      throw new IllegalStateException("text " + number + " has not ended");
    }
    // A token that ended the text was drawn too.
    int drawn = length - promptTokens + (reason == FinishReason.STOP_TOKEN ? 1 : 0);
    return new Generation(
        Arrays.copyOf(ids, length),
        promptTokens,
        reason,
        drawn == 0 ? 0 : (first - begun) / 1e6,
        drawn < 2 ? 0 : (latest - first) / 1e6 / (drawn - 1));
  }

  @Override
  public void close() {
    cache.close();
  }
}
