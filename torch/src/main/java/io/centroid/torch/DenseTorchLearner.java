package io.centroid.torch;

import io.centroid.data.Batch;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.DenseNetwork;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A multilayer perceptron, with gradients by autograd. */
final class DenseTorchLearner extends TorchLearner {
  private final NetworkSpec spec;
  private final Architecture.Mlp mlp;
  private final Staging inputs;
  private final Staging targets;
  private long[] classes = {};

  /** Creates a learner with the spec's initial parameters. */
  DenseTorchLearner(
      NetworkSpec spec,
      Architecture.Mlp mlp,
      ParameterLayout layout,
      Device device,
      boolean mirrored) {
    super(new FlatTensors(layout, device, mirrored), 1);
    this.spec = spec;
    this.mlp = mlp;
    this.inputs = new Staging(device, ScalarType.Float);
    this.targets =
        new Staging(device, spec.loss() == Loss.CROSS_ENTROPY ? ScalarType.Long : ScalarType.Float);
    DenseNetwork.initialize(spec, mlp, parameters());
  }

  @Override
  public int outputs() {
    return spec.outputs();
  }

  @Override
  double backward(Batch batch, long dropoutSeed) {
    Tensor loss = loss(batch, outputs(batch));
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

  /** Outputs of the last layer, shape (rows, outputs). */
  private Tensor outputs(Batch batch) {
    int rows = batch.size();
    int features = spec.input().size();
    Tensor x = inputs.floats(batch.inputs(), rows * features, rows, features);
    int hidden = mlp.hidden().size();
    for (int layer = 0; layer <= hidden; layer++) {
      x = layer(layer, x);
      if (layer < hidden) {
        x = activated(x, mlp.activation());
      }
    }
    return x;
  }

  private Tensor layer(int layer, Tensor x) {
    Tensor weight = weight(layer + ".weight");
    // The weight of a layer with a single input is one-dimensional.
    Tensor matrix = weight.dim() == 1 ? weight.unsqueeze(1) : weight;
    return torch.addmm(weight(layer + ".bias"), x, matrix.t());
  }

  private static Tensor activated(Tensor x, Activation activation) {
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
    return computed(
        false,
        () -> {
          Tensor outputs = outputs(batch);
          return floats(
              switch (spec.loss()) {
                case CROSS_ENTROPY -> torch.softmax(outputs, 1);
                case BINARY_CROSS_ENTROPY -> torch.sigmoid(outputs);
                case MEAN_SQUARED_ERROR -> outputs;
              });
        });
  }

  @Override
  public void close() {
    inputs.close();
    targets.close();
    super.close();
  }
}
