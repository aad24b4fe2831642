package io.centroid.generate;

import io.centroid.generate.decoder.KeyValueCache;
import io.centroid.generate.decoder.Span;
import io.centroid.generate.decoder.TokenDecoder;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.kernels.FloatVector;

/** A text being generated, with its key-value cache and the tokens that are not cached yet. */
final class CachedSequence implements AutoCloseable {
  private final SampledSequence sequence;
  private final int positions;
  private final KeyValueCache cache;
  private final PromptLookup lookup;
  private int cached;
  private int drafted;

  CachedSequence(
      Gpt2Config config, TokenDecoder decoder, SampledSequence sequence, PromptLookup lookup) {
    this.sequence = sequence;
    this.lookup = lookup;
    this.positions = config.positions();
    long longest = Math.min(positions, (long) sequence.length() + sequence.remaining());
    this.cache = decoder.cache((int) longest);
    this.cached = Math.max(0, sequence.length() - positions);
  }

  SampledSequence sequence() {
    return sequence;
  }

  /**
   * The next tokens to feed to the model.
   *
   * @param most maximum number of tokens
   * @param draftTokens maximum number of draft tokens after the text's last token
   */
  Span next(int most, int draftTokens) {
    int length = sequence.length();
    int count = Math.min(most, length - cached);
    int from = cached;
    cached += count;
    drafted = 0;
    if (cached < length) {
      return new Span(cache, sequence.ids(0), from, count, 0);
    }
    // The last token that may be sampled needs no draft.
    int room = Math.min(sequence.remaining() - 1, cache.capacity() - cache.length() - count);
    room = Math.min(room, Math.min(draftTokens, most - count));
    int[] ids = sequence.ids(Math.max(0, room));
    drafted = lookup.propose(ids, length, room);
    return new Span(cache, ids, from, count + drafted, 1 + drafted);
  }

  /**
   * Samples tokens from the logits as long as they equal the draft tokens, and one more.
   *
   * @param row first row of this text's logits
   */
  void take(Scores scores, int row, TokenListener listener) {
    int draftTokens = drafted;
    cache.shrink(draftTokens);
    for (int accepted = 0; ; accepted++) {
      int at = sequence.length();
      // Sampling overwrites the draft token.
      int draft = accepted < draftTokens ? sequence.ids(0)[at] : -1;
      sequence.next(scores.of(), scores.from(row + accepted), listener);
      if (sequence.isFinished() || draft < 0 || sequence.ids(0)[at] != draft) {
        lookup.update(draftTokens, accepted);
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

  /** Next-token logits, shape (tokens, vocabulary). */
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
