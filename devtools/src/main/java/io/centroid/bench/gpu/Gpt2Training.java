package io.centroid.bench.gpu;

import io.centroid.bench.gpt2.Gpt2Shape;
import io.centroid.bench.gpu.peak.TransformerFlop;
import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.device.Device;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.nn.matrix.Precision;
import io.centroid.optim.AdamW;
import io.centroid.optim.OptimizerSettings;
import io.centroid.torch.TorchEngine;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * GPT-2's training step on random tokens: loss, gradient, clipping and AdamW. Texts fill the
 * model's positions.
 *
 * @param batch texts per step
 * @param steps steps per run
 */
public record Gpt2Training(Gpt2Shape shape, Precision precision, int batch, int steps)
    implements GpuCase {
  private static final AdamW ADAMW = new AdamW(0.9, 0.95, 1e-8, 0.1);
  private static final double LEARNING_RATE = 6e-4;
  private static final double CLIP_NORM = 1;

  /** The same step with another batch. */
  public Gpt2Training withBatch(int texts) {
    return new Gpt2Training(shape, precision, texts, steps);
  }

  @Override
  public String name() {
    return "GPT-2, " + shape + ", " + spelling();
  }

  boolean inBfloat16() {
    return precision == Precision.BFLOAT16;
  }

  private String spelling() {
    return precision.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String unit() {
    return "tokens";
  }

  @Override
  public long unitsPerStep() {
    return (long) batch * shape.positions();
  }

  /** Floating-point operations per token. */
  public double flopPerToken() {
    return TransformerFlop.perToken(
        network(Device.Kind.CPU).layout().parameterCount(),
        shape.layers(),
        shape.width(),
        shape.positions());
  }

  @Override
  public NetworkSpec network(Device.Kind kind) {
    Gpt2Config config =
        new Gpt2Config(
            shape.layers(),
            shape.heads(),
            shape.width(),
            shape.positions(),
            shape.vocabulary(),
            4 * shape.width(),
            Gpt2Config.Dropout.NONE,
            1e-5f);
    return new NetworkSpec(
        new Architecture.Gpt2(config, false, new Gpt2Execution(1, 0, false, precision)),
        InputShape.row(shape.positions()),
        shape.vocabulary(),
        Loss.CROSS_ENTROPY,
        1,
        new TorchEngine(kind));
  }

  @Override
  public OptimizerSettings optimizer() {
    return GpuCase.settings(ADAMW, LEARNING_RATE, CLIP_NORM);
  }

  @Override
  public Batch data() {
    InputShape row = InputShape.row(shape.positions());
    Examples.Builder texts = new Examples.Builder(row, SourceSchema.FeatureKind.TOKENS);
    SplittableRandom random = new SplittableRandom(1);
    int length = shape.positions() + 1;
    for (int text = 0; text < batch; text++) {
      texts.addSpan(random.ints(length, 0, shape.vocabulary()).toArray(), length);
    }
    Batch data = new Batch(row, batch);
    data.fill(texts.build(), Normalization.NONE, 0, batch);
    return data;
  }

  @Override
  public Map<String, Object> question() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", "STEP");
    fields.put("layers", shape.layers());
    fields.put("heads", shape.heads());
    fields.put("width", shape.width());
    fields.put("positions", shape.positions());
    fields.put("vocabulary", shape.vocabulary());
    fields.put("block", shape.positions());
    fields.put("batch", batch);
    fields.put("count", steps);
    fields.put("precision", spelling());
    fields.put("learningRate", LEARNING_RATE);
    fields.put("beta2", ADAMW.beta2());
    return fields;
  }
}
