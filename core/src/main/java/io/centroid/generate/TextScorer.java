package io.centroid.generate;

import io.centroid.kernels.Softmax;
import io.centroid.model.gpt2.Gpt2Config;
import java.util.List;

/** How likely a text is, token by token. Scores of a few positions are in memory at once. */
final class TextScorer {
  private final Gpt2Config config;
  private final Gpt2Decoder decoder;
  private final Softmax softmax = new Softmax();

  TextScorer(Gpt2Config config, Gpt2Decoder decoder) {
    this.config = config;
    this.decoder = decoder;
  }

  /** Natural logarithms of the probabilities of {@code ids[1..]}. */
  double[] logProbabilities(int[] ids) {
    double[] result = new double[Math.max(0, ids.length - 1)];
    if (result.length == 0) {
      return result;
    }
    KeyValueCache cache = new KeyValueCache(config, result.length);
    while (cache.length() < result.length) {
      int from = cache.length();
      int count = Math.min(Gpt2Decoder.ROWS, result.length - from);
      decoder.blocks(List.of(new Span(cache, ids, from, count, 0)));
      for (int row = 0; row < count; row += Gpt2Decoder.SCORED) {
        score(ids, from, row, Math.min(Gpt2Decoder.SCORED, count - row), result);
      }
    }
    return result;
  }

  private void score(int[] ids, int from, int row, int rows, double[] result) {
    for (int i = 0; i < rows; i++) {
      decoder.keep(row + i, i);
    }
    decoder.head(rows);
    for (int i = 0; i < rows; i++) {
      int at = from + row + i;
      long scores = (long) i * config.vocabulary();
      result[at] =
          -softmax.score(1, config.vocabulary(), decoder.scores(), scores, ids, at + 1).loss();
    }
  }
}
