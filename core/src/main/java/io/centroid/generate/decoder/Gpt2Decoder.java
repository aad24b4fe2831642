package io.centroid.generate.decoder;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.gpt2.Gpt2Weights.Dense;
import io.centroid.nn.gpt2.Gpt2Weights.Norm;
import io.centroid.nn.kernels.DecodingKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.kernels.OpenBlas;
import io.centroid.nn.kernels.ThreadTeam;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * GPT-2's incremental forward pass with key-value caches, batched over texts without padding. The
 * threads share each layer's columns, so that the weights are read once per pass. Weights are only
 * read, never copied. Not thread-safe.
 */
public final class Gpt2Decoder implements AutoCloseable {
  /** Maximum number of tokens per pass. */
  public static final int ROWS = 256;

  /** Maximum number of tokens per pass that get next-token logits. */
  public static final int SCORED = 16;

  private final Gpt2Config config;
  private final Gpt2Weights weights;
  private final ThreadTeam team;
  private final DecodingBuffers buffers;

  public Gpt2Decoder(Gpt2Config config, Gpt2Weights weights, int threads) {
    OpenBlas.require();
    this.config = config;
    this.weights = weights;
    this.team = new ThreadTeam(threads);
    this.buffers = new DecodingBuffers(config, ROWS, SCORED, threads);
  }

  /**
   * Runs a forward pass: adds the spans' tokens to their caches, and computes {@link #scores} with
   * a row for each scored token, in the spans' order.
   */
  public void advance(List<Span> spans) {
    int wanted = spans.stream().mapToInt(Span::scored).sum();
    if (wanted > SCORED) {
      throw new IllegalArgumentException(wanted + " tokens to score: expected at most " + SCORED);
    }
    blocks(spans);
    int scored = 0;
    int next = 0;
    for (Span span : spans) {
      next += span.count();
      for (int row = next - span.scored(); row < next; row++) {
        keep(row, scored++);
      }
    }
    if (scored > 0) {
      head(scored);
    }
  }

  /** Next-token logits of the last pass, shape (scored tokens, vocabulary). */
  public FloatVector scores() {
    return buffers.scores;
  }

  /**
   * {@link #advance} without the output head; returns the number of rows in the residual stream.
   */
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

  /** Selects a row of the residual stream for {@link #head}. */
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

  private void block(int layer, Gpt2Weights.Block block, List<Span> spans, int rows) {
    int width = config.width();
    int mlpWidth = config.mlpWidth();
    team.run(
        thread -> {
          FloatVector normed = norm(thread, rows, buffers.stream, block.norm1());
          dense(thread, rows, normed, width, block.qkv(), buffers.qkv, 3 * width);
        });
    team.run(thread -> attend(thread, layer, spans));
    team.run(
        thread -> add(thread, rows, buffers.attentionOutput, width, block.attentionProjection()));
    team.run(
        thread -> {
          FloatVector normed = norm(thread, rows, buffers.stream, block.norm2());
          dense(thread, rows, normed, width, block.hidden(), buffers.hidden, mlpWidth);
          inBand(
              thread,
              mlpWidth,
              (products, band) ->
                  products.activate(
                      config.variant().activation(),
                      rows,
                      band.columns(),
                      band.of(buffers.hidden, mlpWidth)));
        });
    team.run(thread -> add(thread, rows, buffers.hidden, mlpWidth, block.output()));
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

  private void dense(
      int thread, int rows, FloatVector x, int inputs, Dense dense, FloatVector out, int outputs) {
    inBand(
        thread,
        outputs,
        (products, band) ->
            products.multiply(
                rows,
                band.columns(),
                inputs,
                Matrix.at(x, 0, inputs),
                band.of(dense.weight(), outputs),
                dense.bias(),
                band.from(),
                band.of(out, outputs)));
  }

  /** stream += x * weight + bias. */
  private void add(int thread, int rows, FloatVector x, int inputs, Dense dense) {
    int width = config.width();
    inBand(
        thread,
        width,
        (products, band) ->
            products.addProduct(
                rows,
                band.columns(),
                inputs,
                Matrix.at(x, 0, inputs),
                band.of(dense.weight(), width),
                dense.bias(),
                band.from(),
                band.of(buffers.stream, width)));
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
    KeyValueCache cache = span.cache();
    DecodingBuffers.ThreadBuffers own = buffers.threads.get(thread);
    DecodingKernels products = own.products;
    long at = (long) row * 3 * width + (long) head * headWidth;
    Matrix query = new Matrix(buffers.qkv, at, 3 * width);
    Matrix key = new Matrix(buffers.qkv, at + width, 3 * width);
    Matrix value = new Matrix(buffers.qkv, at + 2L * width, 3 * width);
    Matrix keys = cache.keys(layer, head);
    Matrix values = cache.values(layer, head);
    long behind = (long) cache.length() * headWidth;
    products.copyRows(span.count(), headWidth, key, keys.vector(), keys.from() + behind);
    products.copyRows(span.count(), headWidth, value, values.vector(), values.from() + behind);
    products.attend(
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

  /** Computes the logits of the rows selected by {@link #keep}. */
  public void head(int rows) {
    int width = config.width();
    int vocabulary = config.vocabulary();
    team.run(
        thread -> {
          FloatVector normed = norm(thread, rows, buffers.last, weights.norm());
          inBand(
              thread,
              vocabulary,
              (products, band) ->
                  products.multiplyTransposed(
                      rows,
                      band.columns(),
                      width,
                      Matrix.at(normed, 0, width),
                      band.rows(weights.output(), width),
                      band.of(buffers.scores, vocabulary)));
        });
  }

  /** Calls the work with the thread's band of {@code columns} columns, unless it is empty. */
  private void inBand(int thread, int columns, BiConsumer<DecodingKernels, Band> work) {
    Band band = Band.of(columns, thread, team.size());
    if (band.columns() > 0) {
      work.accept(buffers.threads.get(thread).products, band);
    }
  }

  @Override
  public void close() {
    team.close();
    buffers.close();
  }
}
