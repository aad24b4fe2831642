package io.centroid.generate;

import io.centroid.generate.decoder.KeyValueCache;
import io.centroid.generate.decoder.Span;
import io.centroid.generate.decoder.TokenDecoder;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.kernels.Softmax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.DoubleStream;

/**
 * Computes the likelihoods of texts that begin alike. The keys and values of the common tokens are
 * computed once for each text of a pass, and kept for the texts of the next passes.
 */
final class ContinuationScorer {
  private final Gpt2Config config;
  private final TokenDecoder decoder;
  private final Softmax softmax = new Softmax();

  /** Next token, and number of the text, for each row of the logits. */
  private final int[] targets = new int[TokenDecoder.SCORED];

  private final int[] owners = new int[TokenDecoder.SCORED];

  ContinuationScorer(Gpt2Config config, TokenDecoder decoder) {
    this.config = config;
    this.decoder = decoder;
  }

  /**
   * Log-likelihoods of texts: sums of the log-probabilities of {@code ids[1..]} in nats.
   *
   * @param texts texts of two or more tokens, at most {@link TokenDecoder#ROWS} after the common
   *     ones
   * @param scored receives the number of texts scored so far
   */
  double[] logLikelihoods(List<int[]> texts, IntConsumer scored) {
    int[] first = texts.get(0);
    int cached = cached(texts);
    int longest = texts.stream().mapToInt(ids -> ids.length - 1).max().orElseThrow();
    int slots = Math.max(1, Math.min(texts.size(), TokenDecoder.ROWS / (longest - cached)));
    double[] result = new double[texts.size()];
    int[] common = Arrays.copyOf(first, cached + 1);
    Arrays.fill(
        result, DoubleStream.of(new TextScorer(config, decoder).logProbabilities(common)).sum());
    List<KeyValueCache> caches = new ArrayList<>();
    try {
      while (caches.size() < slots) {
        caches.add(decoder.cache(longest));
        fill(caches.get(caches.size() - 1), common, cached);
      }
      for (int from = 0; from < texts.size(); from += slots) {
        int to = Math.min(texts.size(), from + slots);
        score(caches, texts.subList(from, to), cached, from, result);
        scored.accept(to);
      }
    } finally {
      caches.forEach(KeyValueCache::close);
    }
    return result;
  }

  /**
   * Number of tokens that all texts begin with, less the last one of these: each text has a token
   * to compute.
   */
  private static int cached(List<int[]> texts) {
    int[] first = texts.get(0);
    int common = first.length - 1;
    for (int[] ids : texts) {
      int mismatch = Arrays.mismatch(first, ids);
      common = Math.min(common, mismatch < 0 ? common : Math.min(mismatch, ids.length - 1));
    }
    return Math.max(0, common - 1);
  }

  private void fill(KeyValueCache cache, int[] ids, int tokens) {
    while (cache.length() < tokens) {
      int count = Math.min(TokenDecoder.ROWS, tokens - cache.length());
      decoder.blocks(List.of(new Span(cache, ids, cache.length(), count, 0)));
    }
  }

  /** Scores texts in one pass, and restores their caches. */
  private void score(
      List<KeyValueCache> caches, List<int[]> texts, int cached, int firstText, double[] result) {
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      int[] ids = texts.get(i);
      spans.add(new Span(caches.get(i), ids, cached, ids.length - 1 - cached, 0));
    }
    decoder.blocks(spans);
    int row = 0;
    int kept = 0;
    for (int i = 0; i < texts.size(); i++) {
      Span span = spans.get(i);
      span.cache().shrink(span.count());
      for (int at = 0; at < span.count(); at++) {
        decoder.keep(row++, kept);
        targets[kept] = span.ids()[cached + at + 1];
        owners[kept++] = firstText + i;
        if (kept == TokenDecoder.SCORED) {
          add(kept, result);
          kept = 0;
        }
      }
    }
    add(kept, result);
  }

  private void add(int rows, double[] result) {
    if (rows == 0) {
      return;
    }
    decoder.head(rows);
    for (int row = 0; row < rows; row++) {
      long from = (long) row * config.vocabulary();
      result[owners[row]] -=
          softmax.score(1, config.vocabulary(), decoder.scores(), from, targets, row).loss();
    }
  }
}
