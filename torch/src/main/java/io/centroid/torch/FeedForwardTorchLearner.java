package io.centroid.torch;

import io.centroid.data.Batch;
import io.centroid.data.InputShape;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.InputGradients;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A multilayer perceptron or a convolutional network, with gradients by autograd. */
final class FeedForwardTorchLearner extends TorchLearner implements InputGradients {
  private final NetworkSpec spec;
  private final Activation activation;
  private final int convolutions;
  private final int hidden;
  private final Staging inputs;
  private final Staging targets;
  private long[] classes = {};

  /** Creates a learner with all parameters 0. */
  FeedForwardTorchLearner(
      NetworkSpec spec, ParameterLayout layout, Device device, boolean mirrored) {
    super(new FlatTensors(layout, device, mirrored), 1);
    this.spec = spec;
    if (spec.architecture() instanceof Architecture.Mlp mlp) {
      this.activation = mlp.activation();
      this.convolutions = 0;
      this.hidden = mlp.hidden().size();
    } else if (spec.architecture() instanceof Architecture.Cnn cnn) {
      this.activation = cnn.activation();
      this.convolutions = cnn.channels().size();
      this.hidden = cnn.hidden().size();
    } else {
      throw new IllegalArgumentException(
          "the engine torch does not support model.name = " + spec.architecture().name());
    }
    this.inputs = new Staging(device, ScalarType.Float);
    this.targets =
        new Staging(device, spec.loss() == Loss.CROSS_ENTROPY ? ScalarType.Long : ScalarType.Float);
  }

  @Override
  public int outputs() {
    return spec.outputs();
  }

  @Override
  double backward(Batch batch, long dropoutSeed) {
    Tensor loss = loss(batch, outputs(inputs(batch)));
    loss.backward();
    return loss.item_double();
  }

  /** Mean loss over the rows. */
  private Tensor loss(Batch batch, Tensor outputs) {
    int rows = batch.size();
    return switch (spec.loss()) {
      case CROSS_ENTROPY -> torch.cross_entropy_loss(outputs, classes(batch));
      case BINARY_CROSS_ENTROPY ->
          torch.binary_cross_entropy_with_logits(
              outputs, targets.floats(batch.targets(), rows, rows, 1));
      case MEAN_SQUARED_ERROR ->
          torch.mse_loss(outputs, targets.floats(batch.targets(), rows, rows, 1));
    };
  }

  private Tensor classes(Batch batch) {
    if (classes.length < batch.size()) {
      classes = new long[batch.capacity()];
    }
    for (int row = 0; row < batch.size(); row++) {
      classes[row] = (long) batch.targets()[row];
    }
    return targets.longs(classes, batch.size(), batch.size());
  }

  private Tensor inputs(Batch batch) {
    int rows = batch.size();
    InputShape shape = spec.input();
    int count = rows * shape.size();
    return convolutions > 0
        ? inputs.floats(
            batch.inputs(), count, rows, shape.channels(), shape.height(), shape.width())
        : inputs.floats(batch.inputs(), count, rows, shape.size());
  }

  /** Outputs of the last layer, shape (rows, outputs). */
  private Tensor outputs(Tensor inputs) {
    Tensor x = inputs;
    for (int block = 0; block < convolutions; block++) {
      x = torch.max_pool2d(activated(convolution(2 * block, x)), 2, 2);
    }
    x = x.reshape(x.size(0), -1);
    for (int dense = 0; dense <= hidden; dense++) {
      x = layer(2 * convolutions + dense, x);
      if (dense < hidden) {
        x = activated(x);
      }
    }
    return x;
  }

  private Tensor convolution(int layer, Tensor x) {
    return torch.conv2d(
        x,
        weight(layer + ".weight"),
        new TensorOptional(weight(layer + ".bias")),
        new long[] {1, 1},
        new long[] {0, 0},
        new long[] {1, 1},
        1);
  }

  private Tensor layer(int layer, Tensor x) {
    Tensor weight = weight(layer + ".weight");
    // The weight of a layer with a single input is one-dimensional.
    Tensor matrix = weight.dim() == 1 ? weight.unsqueeze(1) : weight;
    return torch.addmm(weight(layer + ".bias"), x, matrix.t());
  }

  private Tensor activated(Tensor x) {
    return switch (activation) {
      case RELU -> torch.relu(x);
      case TANH -> torch.tanh(x);
      case SIGMOID -> torch.sigmoid(x);
      case GELU -> x.mul(torch.sigmoid(x.mul(Tensors.scalar(1.702))));
      case IDENTITY -> x;
    };
  }

  @Override
  public float[] predict(Batch batch) {
    return computed(false, () -> floats(predictions(outputs(inputs(batch)))));
  }

  private Tensor predictions(Tensor outputs) {
    return switch (spec.loss()) {
      case CROSS_ENTROPY -> torch.softmax(outputs, 1);
      case BINARY_CROSS_ENTROPY -> torch.sigmoid(outputs);
      case MEAN_SQUARED_ERROR -> outputs;
    };
  }

  @Override
  public float[] inputGradients(Batch batch, int output) {
    Objects.checkIndex(output, spec.outputs());
    return computed(
        true,
        () -> {
          Tensor x = inputs(batch).detach().set_requires_grad(true);
          predictions(outputs(x)).narrow(1, output, 1).sum().backward();
          return floats(x.grad());
        });
  }

  @Override
  public void close() {
    inputs.close();
    targets.close();
    super.close();
  }
}
