package io.centroid.torch;

import io.centroid.generate.decoder.KeyValueCache;
import io.centroid.generate.decoder.Span;
import io.centroid.generate.decoder.TokenDecoder;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.kernels.FloatVector;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Decoding with key-value caches on the device. Tokens of all texts share the products with
 * weights; each text has its own attention.
 */
final class TorchDecoder implements TokenDecoder {
  private final Gpt2Config config;
  private final Gpt2Forward forward;
  private final Device device;
  private final int threads;
  private final Staging tokens;
  private final Staging positions;
  private final Staging rows;
  private final long[] kept = new long[SCORED];
  private final Tensor hostScores;
  private final FloatVector scores;
  private @Nullable Tensor stream;

  TorchDecoder(Gpt2Config config, Gpt2Forward forward, Device device, int threads) {
    this.config = config;
    this.forward = forward;
    this.device = device;
    this.threads = threads;
    this.tokens = new Staging(device, ScalarType.Long);
    this.positions = new Staging(device, ScalarType.Long);
    this.rows = new Staging(device, ScalarType.Long);
    this.hostScores =
        Tensors.owned(
            () ->
                torch.zeros(
                    new long[] {SCORED, config.vocabulary()},
                    Tensors.options(ScalarType.Float, new Device(DeviceType.CPU))));
    this.scores =
        FloatVector.wrap(
            new FloatPointer(hostScores.data_ptr_float()), hostScores.numel(), hostScores);
  }

  /** Keys and values of all layers, each of shape (layers, 1, heads, capacity, head width). */
  private final class Cache extends KeyValueCache {
    private final Tensor keys;
    private final Tensor values;

    Cache(int capacity) {
      super(config, capacity);
      this.keys = zeros();
      this.values = zeros();
    }

    private Tensor zeros() {
      return LibTorch.call(
          () ->
              Tensors.owned(
                  () ->
                      torch.zeros(
                          new long[] {
                            config.layers(), 1, config.heads(), capacity(), config.headWidth()
                          },
                          Tensors.options(forward.attentionType(), device))));
    }

    @Override
    public void close() {
      keys.close();
      values.close();
    }
  }

  @Override
  public KeyValueCache cache(int capacity) {
    return new Cache(capacity);
  }

  @Override
  public int blocks(List<Span> spans) {
    int count = spans.stream().mapToInt(Span::count).sum();
    if (count > ROWS) {
      throw new IllegalArgumentException(count + " tokens in a pass: expected at most " + ROWS);
    }
    Tensors.close(stream);
    stream = computed(() -> states(spans, count));
    spans.forEach(span -> span.cache().grow(span.count()));
    return count;
  }

  private Tensor states(List<Span> spans, int count) {
    long[] ids = new long[count];
    long[] places = new long[count];
    int row = 0;
    for (Span span : spans) {
      for (int i = 0; i < span.count(); i++) {
        ids[row] = span.ids()[span.from() + i];
        places[row++] = span.cache().length() + i;
      }
    }
    Tensor x =
        forward.embed(tokens.longs(ids, count, 1, count), positions.longs(places, count, count));
    DropoutMasks none = DropoutMasks.none(forward.generator());
    for (int layer = 0; layer < config.layers(); layer++) {
      int number = layer;
      x =
          forward.block(
              layer, x, none, (query, key, value) -> attend(number, spans, query, key, value));
    }
    return x;
  }

  /** Attention of each text's new tokens to all of its tokens so far. */
  private Tensor attend(int layer, List<Span> spans, Tensor query, Tensor key, Tensor value) {
    TensorVector outputs = new TensorVector();
    long row = 0;
    for (Span span : spans) {
      Cache cache = (Cache) span.cache();
      long before = cache.length();
      long count = span.count();
      Tensor keys = cache.keys.select(0, layer);
      Tensor values = cache.values.select(0, layer);
      keys.narrow(2, before, count).copy_(key.narrow(2, row, count));
      values.narrow(2, before, count).copy_(value.narrow(2, row, count));
      Tensor own = query.narrow(2, row, count);
      outputs.push_back(
          forward.attend(
              layer,
              own,
              keys.narrow(2, 0, before + count),
              values.narrow(2, 0, before + count),
              visible(before, count),
              0,
              before == 0 && count > 1));
      row += count;
    }
    return torch.cat(outputs, 2);
  }

  /** Which tokens each of several new tokens sees after others; none if that is all, or causal. */
  private TensorOptional visible(long before, long count) {
    if (before == 0 || count == 1) {
      return new TensorOptional();
    }
    return new TensorOptional(
        torch
            .ones(new long[] {count, before + count}, Tensors.options(ScalarType.Bool, device))
            .tril(before));
  }

  @Override
  public void keep(int row, int as) {
    kept[as] = row;
  }

  @Override
  public void head(int count) {
    Tensor states = Objects.requireNonNull(stream, "no pass has been run");
    Tensor unused =
        computed(
            () -> {
              Tensor chosen = states.index_select(1, rows.longs(kept, count, count));
              Tensor logits = forward.logits(forward.normed(chosen), forward.languageOutput());
              return hostScores.narrow(0, 0, count).copy_(logits);
            });
    unused.close();
  }

  @Override
  public FloatVector scores() {
    return scores;
  }

  private Tensor computed(Supplier<Tensor> body) {
    boolean before = GradMode.is_enabled();
    return LibTorch.call(
        () -> {
          try {
            torch.set_num_threads(threads);
            GradMode.set_enabled(false);
            return Tensors.owned(body);
          } finally {
            GradMode.set_enabled(before);
          }
        });
  }

  @Override
  public void close() {
    Tensors.close(stream);
    tokens.close();
    positions.close();
    rows.close();
    scores.close();
    hostScores.close();
    forward.close();
  }
}
