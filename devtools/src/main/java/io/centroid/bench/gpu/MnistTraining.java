package io.centroid.bench.gpu;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.device.Device;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.optim.OptimizerSettings;
import io.centroid.optim.Sgd;
import io.centroid.torch.TorchEngine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The step of a network for MNIST in float32 with plain SGD, on random images, which are copied to
 * the device in every step.
 *
 * @param convolutional whether it is the network of conf/mnist-cnn.conf; else 784-128-10
 * @param batch images per step
 * @param steps steps per run
 */
public record MnistTraining(boolean convolutional, int batch, int steps) implements GpuCase {
  private static final int SIDE = 28;
  private static final int PIXELS = SIDE * SIDE;
  private static final int HIDDEN = 128;
  private static final int CLASSES = 10;
  private static final double LEARNING_RATE = 0.01;

  @Override
  public String name() {
    return convolutional ? "MNIST CNN, float32" : "MNIST 784-128-10, float32";
  }

  @Override
  public String unit() {
    return "examples";
  }

  @Override
  public long unitsPerStep() {
    return batch;
  }

  @Override
  public NetworkSpec network(Device.Kind kind) {
    return new NetworkSpec(
        convolutional
            ? new Architecture.Cnn(List.of(12, 24), 5, List.of(100), Activation.RELU)
            : new Architecture.Mlp(List.of(HIDDEN), Activation.RELU),
        shape(),
        CLASSES,
        Loss.CROSS_ENTROPY,
        1,
        new TorchEngine(kind));
  }

  private InputShape shape() {
    return convolutional ? new InputShape(1, SIDE, SIDE) : InputShape.row(PIXELS);
  }

  @Override
  public OptimizerSettings optimizer() {
    return GpuCase.settings(new Sgd(0), LEARNING_RATE, 0);
  }

  @Override
  public Batch data() {
    Examples.Builder images =
        new Examples.Builder(shape(), SourceSchema.FeatureKind.NUMBERS, batch);
    SplittableRandom random = new SplittableRandom(1);
    float[] pixels = new float[PIXELS];
    for (int image = 0; image < batch; image++) {
      for (int i = 0; i < PIXELS; i++) {
        pixels[i] = (float) random.nextDouble();
      }
      images.addRow(pixels, random.nextInt(CLASSES));
    }
    Batch data = new Batch(shape(), batch);
    data.fill(images.build(), Normalization.NONE, 0, batch);
    return data;
  }

  @Override
  public Map<String, Object> question() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", "MNIST");
    fields.put("convolutional", convolutional);
    fields.put("batch", batch);
    fields.put("count", steps);
    fields.put("precision", "float32");
    fields.put("learningRate", LEARNING_RATE);
    return fields;
  }
}
