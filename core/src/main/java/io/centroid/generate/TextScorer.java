package io.centroid.generate;

import io.centroid.generate.decoder.KeyValueCache;
import io.centroid.generate.decoder.Span;
import io.centroid.generate.decoder.TokenDecoder;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Softmax;
import java.util.List;

/**
 * Computes the log-probabilities of a text's tokens. Logits of only a few positions are in memory.
 */
final class TextScorer {
  private final Gpt2Config config;
  private final TokenDecoder decoder;
  private final Softmax softmax = new Softmax();

  TextScorer(Gpt2Config config, TokenDecoder decoder) {
    this.config = config;
    this.decoder = decoder;
  }

  /** Visitor of a token's next-token logits, which are valid during the call. */
  private interface Row {
    void at(int token, FloatVector scores, long from);
  }

  /** Log-probabilities of {@code ids[1..]}. */
  double[] logProbabilities(int[] ids) {
    double[] result = new double[Math.max(0, ids.length - 1)];
    forEach(
        ids,
        result.length,
        (at, scores, from) ->
            result[at] = -softmax.score(1, config.vocabulary(), scores, from, ids, at + 1).loss());
    return result;
  }

  /** Next-token logits after each token, shape (tokens, vocabulary). */
  float[] scores(int[] ids) {
    int vocabulary = config.vocabulary();
    float[] result = new float[Math.multiplyExact(ids.length, vocabulary)];
    float[] row = new float[vocabulary];
    forEach(
        ids,
        ids.length,
        (at, scores, from) -> {
          scores.read(from, row, vocabulary);
          System.arraycopy(row, 0, result, at * vocabulary, vocabulary);
        });
    return result;
  }

  private void forEach(int[] ids, int tokens, Row visitor) {
    if (tokens == 0) {
      return;
    }
    try (KeyValueCache cache = decoder.cache(tokens)) {
      while (cache.length() < tokens) {
        int from = cache.length();
        int count = Math.min(TokenDecoder.ROWS, tokens - from);
        decoder.blocks(List.of(new Span(cache, ids, from, count, 0)));
        for (int row = 0; row < count; row += TokenDecoder.SCORED) {
          score(from + row, row, Math.min(TokenDecoder.SCORED, count - row), visitor);
        }
      }
    }
  }

  private void score(int token, int row, int rows, Row visitor) {
    for (int i = 0; i < rows; i++) {
      decoder.keep(row + i, i);
    }
    decoder.head(rows);
    for (int i = 0; i < rows; i++) {
      visitor.at(token + i, decoder.scores(), (long) i * config.vocabulary());
    }
  }
}
