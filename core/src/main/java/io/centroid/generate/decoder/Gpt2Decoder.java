package io.centroid.generate.decoder;

import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.gpt2.Gpt2Weights.Dense;
import io.centroid.nn.gpt2.Gpt2Weights.Norm;
import io.centroid.nn.kernels.DecodingKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.Matrix;
import io.centroid.nn.kernels.ThreadTeam;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * GPT-2 forward over new tokens of some texts whose earlier tokens are in their caches. Rows of all
 * texts go through each layer together, without padding; the threads share each layer's columns, so
 * that each reads its part of the weights once. Weights are only read, and none is copied. Not
 * thread-safe.
 */
public final class Gpt2Decoder implements AutoCloseable {
  /** Tokens of a pass at most. */
  public static final int ROWS = 256;

  /** Tokens of which a pass tells what may follow, at most. */
  public static final int SCORED = 16;

  private final Gpt2Config config;
  private final Gpt2Weights weights;
  private final ThreadTeam team;
  private final DecodingSpace space;

  public Gpt2Decoder(Gpt2Config config, Gpt2Weights weights, int threads) {
    this.config = config;
    this.weights = weights;
    this.team = new ThreadTeam(threads);
    this.space = new DecodingSpace(config, ROWS, SCORED, threads);
  }

  /**
   * Adds the spans' tokens to their caches; then {@link #scores} has a row for each token whose
   * scores are wanted, in the spans' order.
   */
  public void advance(List<Span> spans) {
    int wanted = spans.stream().mapToInt(Span::scored).sum();
    if (wanted > SCORED) {
      throw new IllegalArgumentException(wanted + " tokens to score, of " + SCORED + " at most");
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

  /** Scores before softmax of what follows, (tokens, vocabulary); of the last pass. */
  public FloatVector scores() {
    return space.scores;
  }

  /** As {@link #advance}, up to the last block's output in the stream. */
  public int blocks(List<Span> spans) {
    int rows = spans.stream().mapToInt(Span::count).sum();
    if (rows > ROWS) {
      throw new IllegalArgumentException(rows + " tokens for a pass of " + ROWS);
    }
    embed(spans);
    for (int layer = 0; layer < config.layers(); layer++) {
      block(layer, weights.blocks().get(layer), spans, rows);
    }
    spans.forEach(span -> span.cache().grow(span.count()));
    return rows;
  }

  /** Keeps a row of the stream for {@link #head}. */
  public void keep(int row, int as) {
    space
        .threads
        .get(0)
        .rows
        .copy(
            config.width(),
            space.stream,
            (long) row * config.width(),
            space.last,
            (long) as * config.width());
  }

  private void embed(List<Span> spans) {
    int row = 0;
    for (Span span : spans) {
      for (int i = 0; i < span.count(); i++) {
        space
            .threads
            .get(0)
            .rows
            .embed(
                config.width(),
                weights.tokens(),
                span.ids()[span.from() + i],
                weights.positions(),
                span.cache().length() + i,
                space.stream,
                (long) row++ * config.width());
      }
    }
  }

  private void block(int layer, Gpt2Weights.Block block, List<Span> spans, int rows) {
    int width = config.width();
    int inner = config.inner();
    team.run(
        thread -> {
          FloatVector normed = norm(thread, rows, space.stream, block.norm1());
          dense(thread, rows, normed, width, block.queries(), space.queries, 3 * width);
        });
    team.run(thread -> attend(thread, layer, spans));
    team.run(thread -> add(thread, rows, space.mixed, width, block.mixing()));
    team.run(
        thread -> {
          FloatVector normed = norm(thread, rows, space.stream, block.norm2());
          dense(thread, rows, normed, width, block.hidden(), space.hidden, inner);
          inBand(
              thread,
              inner,
              (products, band) ->
                  products.gelu(rows, band.columns(), band.of(space.hidden, inner)));
        });
    team.run(thread -> add(thread, rows, space.hidden, inner, block.output()));
  }

  /** Every thread normalizes all rows: that takes less than waiting for each other. */
  private FloatVector norm(int thread, int rows, FloatVector x, Norm norm) {
    DecodingSpace.Own own = space.threads.get(thread);
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
                band.of(space.stream, width)));
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
    DecodingSpace.Own own = space.threads.get(thread);
    DecodingKernels products = own.products;
    long at = (long) row * 3 * width + (long) head * headWidth;
    Matrix query = new Matrix(space.queries, at, 3 * width);
    Matrix key = new Matrix(space.queries, at + width, 3 * width);
    Matrix value = new Matrix(space.queries, at + 2L * width, 3 * width);
    Matrix keys = cache.keys(layer, head);
    Matrix values = cache.values(layer, head);
    long behind = (long) cache.length() * headWidth;
    products.copyRows(span.count(), headWidth, key, keys.vector(), keys.from() + behind);
    products.copyRows(span.count(), headWidth, value, values.vector(), values.from() + behind);
    products.attend(
        span.count(),
        span.seen(),
        headWidth,
        query,
        keys,
        values,
        own.scores((long) span.count() * span.seen()),
        new Matrix(space.mixed, (long) row * width + (long) head * headWidth, width));
  }

  /** The tied output layer over the rows that were kept. */
  public void head(int rows) {
    int width = config.width();
    int vocabulary = config.vocabulary();
    team.run(
        thread -> {
          FloatVector normed = norm(thread, rows, space.last, weights.norm());
          inBand(
              thread,
              vocabulary,
              (products, band) ->
                  products.multiplyTransposed(
                      rows,
                      band.columns(),
                      width,
                      Matrix.at(normed, 0, width),
                      band.rows(weights.tokens(), width),
                      band.of(space.scores, vocabulary)));
        });
  }

  /** Works on a thread's band of so many columns, unless it is empty. */
  private void inBand(int thread, int columns, BiConsumer<DecodingKernels, Band> work) {
    Band band = Band.of(columns, thread, team.size());
    if (band.columns() > 0) {
      work.accept(space.threads.get(thread).products, band);
    }
  }

  @Override
  public void close() {
    team.close();
    space.close();
  }
}
