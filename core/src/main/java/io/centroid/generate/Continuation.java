package io.centroid.generate;

import io.centroid.generate.decoder.KeyValueCache;
import io.centroid.generate.decoder.Span;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.kernels.FloatVector;

/** A text, its cache, and which of its tokens are not in the cache yet. */
final class Continuation implements AutoCloseable {
  private final SampledSequence sequence;
  private final int positions;
  private final KeyValueCache cache;
  private final PromptLookup lookup;
  private int cached;
  private int guessed;

  Continuation(Gpt2Config config, SampledSequence sequence, PromptLookup lookup) {
    this.sequence = sequence;
    this.lookup = lookup;
    this.positions = config.positions();
    long longest = Math.min(positions, (long) sequence.length() + sequence.remaining());
    this.cache = new KeyValueCache(config, (int) longest);
    this.cached = Math.max(0, sequence.length() - positions);
  }

  SampledSequence sequence() {
    return sequence;
  }

  /**
   * The next tokens for the cache, at most {@code most}; if they end the text, up to {@code
   * guesses} more.
   */
  Span next(int most, int guesses) {
    int length = sequence.length();
    int count = Math.min(most, length - cached);
    int from = cached;
    cached += count;
    guessed = 0;
    if (cached < length) {
      return new Span(cache, sequence.ids(0), from, count, 0);
    }
    // The last token that may be drawn needs no guess.
    int room = Math.min(sequence.remaining() - 1, cache.capacity() - cache.length() - count);
    room = Math.min(room, Math.min(guesses, most - count));
    int[] ids = sequence.ids(Math.max(0, room));
    guessed = lookup.guess(ids, length, room);
    return new Span(cache, ids, from, count + guessed, 1 + guessed);
  }

  /**
   * Samples tokens from the scores of what follows, as long as they were guessed, and one more.
   *
   * @param row of the scores that is the first of this text's
   */
  void take(Scores scores, int row, TokenListener listener) {
    int guesses = guessed;
    cache.shrink(guesses);
    for (int right = 0; ; right++) {
      int at = sequence.length();
      // Sampling overwrites the guess.
      int guess = right < guesses ? sequence.ids(0)[at] : -1;
      sequence.next(scores.of(), scores.from(row + right), listener);
      if (sequence.isFinished() || guess < 0 || sequence.ids(0)[at] != guess) {
        lookup.learn(guesses, right);
        break;
      }
      cache.grow(1);
      cached++;
    }
    if (!sequence.isFinished() && cache.length() == positions) {
      cache.clear();
      cached = sequence.length() - SampledSequence.keptWhenFull(positions);
    }
  }

  /** Scores of what may follow some tokens, (tokens, vocabulary). */
  record Scores(FloatVector of, int vocabulary) {
    long from(int row) {
      return (long) row * vocabulary;
    }
  }

  @Override
  public void close() {
    cache.close();
  }
}
