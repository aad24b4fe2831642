package io.centroid.generate.decoder;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Weights.Norm;
import io.centroid.nn.kernels.DecodingKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.kernels.OpenBlas;
import io.centroid.nn.kernels.ThreadTeam;
import io.centroid.nn.matrix.Band;
import java.util.List;

/**
 * GPT-2's incremental forward pass with key-value caches, batched over texts without padding. The
 * threads share each layer's columns, so that the weights are read once per pass. Weights are only
 * read, never copied. Not thread-safe.
 */
public final class Gpt2Decoder implements TokenDecoder {
  private final Gpt2Config config;
  private final DecoderWeights weights;
  private final ThreadTeam team;
  private final DecodingBuffers buffers;

  public Gpt2Decoder(Gpt2Config config, DecoderWeights weights) {
    OpenBlas.require();
    this.config = config;
    this.weights = weights;
    this.team = new ThreadTeam(weights.threads());
    this.buffers = new DecodingBuffers(config, ROWS, SCORED, weights.threads());
  }

  @Override
  public KeyValueCache cache(int capacity) {
    return new FloatCache(config, capacity);
  }

  @Override
  public FloatVector scores() {
    return buffers.scores;
  }

  @Override
  public int blocks(List<Span> spans) {
    int rows = spans.stream().mapToInt(Span::count).sum();
    if (rows > ROWS) {
      throw new IllegalArgumentException(rows + " tokens in a pass: expected at most " + ROWS);
    }
    embed(spans);
    for (int layer = 0; layer < config.layers(); layer++) {
      block(layer, weights.blocks().get(layer), spans, rows);
    }
    spans.forEach(span -> span.cache().grow(span.count()));
    return rows;
  }

  @Override
  public void keep(int row, int as) {
    buffers
        .threads
        .get(0)
        .rows
        .copy(
            config.width(),
            buffers.stream,
            (long) row * config.width(),
            buffers.last,
            (long) as * config.width());
  }

  private void embed(List<Span> spans) {
    int row = 0;
    for (Span span : spans) {
      for (int i = 0; i < span.count(); i++) {
        buffers
            .threads
            .get(0)
            .rows
            .embed(
                config.width(),
                weights.tokens(),
                span.ids()[span.from() + i],
                weights.positions(),
                span.cache().length() + i,
                buffers.stream,
                (long) row++ * config.width());
      }
    }
  }

  private void block(int layer, DecoderWeights.Block block, List<Span> spans, int rows) {
    team.run(
        thread -> {
          FloatVector normed = norm(thread, rows, buffers.stream, block.norm1());
          dense(thread, rows, normed, block.qkv(), false, buffers.qkv);
        });
    team.run(thread -> attend(thread, layer, spans));
    team.run(
        thread ->
            dense(
                thread,
                rows,
                buffers.attentionOutput,
                block.attentionProjection(),
                true,
                buffers.stream));
    team.run(
        thread -> {
          FloatVector normed = norm(thread, rows, buffers.stream, block.norm2());
          dense(thread, rows, normed, block.hidden(), false, buffers.hidden);
          activate(thread, rows);
        });
    team.run(thread -> dense(thread, rows, buffers.hidden, block.output(), true, buffers.stream));
  }

  /** Every thread normalizes all rows: that is cheaper than a barrier. */
  private FloatVector norm(int thread, int rows, FloatVector x, Norm norm) {
    DecodingBuffers.ThreadBuffers own = buffers.threads.get(thread);
    own.norm.forward(
        rows,
        config.width(),
        config.epsilon(),
        x,
        norm.weight(),
        norm.bias(),
        own.normed,
        0,
        own.statistics,
        0);
    return own.normed;
  }

  /** out = x * weight + bias, or out += x * weight + bias, for the thread's band of columns. */
  private void dense(
      int thread,
      int rows,
      FloatVector x,
      DecoderWeights.Layer layer,
      boolean adds,
      FloatVector out) {
    buffers.threads.get(thread).products.multiply(rows, x, layer.weight(), layer.bias(), adds, out);
  }

  /** Applies the MLP's activation to the thread's band of its hidden layer. */
  private void activate(int thread, int rows) {
    int mlpWidth = config.mlpWidth();
    DecodingBuffers.ThreadBuffers own = buffers.threads.get(thread);
    Band band = own.products.band(mlpWidth);
    own.kernels.activate(
        config.variant().activation(), rows, band.columns(), band.of(buffers.hidden, mlpWidth));
  }

  /** The threads share the heads of all texts. */
  private void attend(int thread, int layer, List<Span> spans) {
    int heads = config.heads();
    int from = ThreadTeam.share(spans.size() * heads, thread, team.size());
    int to = ThreadTeam.share(spans.size() * heads, thread + 1, team.size());
    int row = 0;
    for (int s = 0; s < spans.size(); s++) {
      for (int head = 0; head < heads; head++) {
        int number = s * heads + head;
        if (number >= from && number < to) {
          attend(thread, layer, head, spans.get(s), row);
        }
      }
      row += spans.get(s).count();
    }
  }

  private void attend(int thread, int layer, int head, Span span, int row) {
    int width = config.width();
    int headWidth = config.headWidth();
    FloatCache cache = (FloatCache) span.cache();
    DecodingBuffers.ThreadBuffers own = buffers.threads.get(thread);
    DecodingKernels kernels = own.kernels;
    long at = (long) row * 3 * width + (long) head * headWidth;
    Matrix query = new Matrix(buffers.qkv, at, 3 * width);
    Matrix key = new Matrix(buffers.qkv, at + width, 3 * width);
    Matrix value = new Matrix(buffers.qkv, at + 2L * width, 3 * width);
    Matrix keys = cache.keys(layer, head);
    Matrix values = cache.values(layer, head);
    long behind = (long) cache.length() * headWidth;
    kernels.copyRows(span.count(), headWidth, key, keys.vector(), keys.from() + behind);
    kernels.copyRows(span.count(), headWidth, value, values.vector(), values.from() + behind);
    kernels.attend(
        span.count(),
        span.contextLength(),
        headWidth,
        config.attentionScale(layer),
        query,
        keys,
        values,
        own.scores((long) span.count() * span.contextLength()),
        new Matrix(buffers.attentionOutput, (long) row * width + (long) head * headWidth, width));
  }

  @Override
  public void head(int rows) {
    team.run(
        thread -> {
          FloatVector normed = norm(thread, rows, buffers.last, weights.norm());
          buffers
              .threads
              .get(thread)
              .products
              .multiply(rows, normed, weights.output(), null, false, buffers.scores);
        });
  }

  @Override
  public void close() {
    team.close();
    buffers.close();
  }
}
