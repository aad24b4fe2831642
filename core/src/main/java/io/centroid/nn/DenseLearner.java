package io.centroid.nn;

import io.centroid.data.Batch;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.DenseKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.MlpFunction;
import java.util.Objects;

/**
 * A multilayer perceptron with hand-written backpropagation on {@link DenseKernels}. GELU is DL4J's
 * approximation, x * sigmoid(1.702 x). A step allocates nothing once the largest batch has been
 * seen.
 */
final class DenseLearner implements SgdLearner, ClippingLearner, InputGradients {
  private final NetworkSpec spec;
  private final DenseKernels kernels = new DenseKernels();
  private final ParameterLayout layout;
  private final Arena arena = new Arena();
  private final FloatVector parameters;
  private final FloatVector gradient;
  private final DenseLayer[] layers;

  /** Memory of the batch's activations; reallocated for a larger batch. */
  private Arena batchArena = new Arena();

  private FloatVector inputs;
  private int capacity;

  /** Creates a learner with the spec's initial parameters. */
  DenseLearner(NetworkSpec spec, Architecture.Mlp mlp) {
    this.spec = spec;
    this.layout = DenseNetwork.layout(spec, mlp);
    this.parameters = arena.allocate(layout.parameterCount());
    this.gradient = arena.allocate(layout.parameterCount());
    DenseNetwork.initialize(spec, mlp, parameters);
    this.layers = new DenseLayer[mlp.hidden().size() + 1];
    for (int i = 0; i < layers.length; i++) {
      layers[i] =
          new DenseLayer(
              batchArena,
              kernels,
              i < mlp.hidden().size() ? function(mlp.activation()) : MlpFunction.IDENTITY,
              layout.entries().get(2 * i),
              layout.entries().get(2 * i + 1),
              parameters,
              gradient);
    }
    this.inputs = batchArena.allocate(1);
  }

  private static MlpFunction function(Activation activation) {
    return switch (activation) {
      case RELU -> MlpFunction.RELU;
      case TANH -> MlpFunction.TANH;
      case SIGMOID -> MlpFunction.SIGMOID;
      case GELU -> MlpFunction.GELU_SIGMOID;
      case IDENTITY -> MlpFunction.IDENTITY;
    };
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public FloatVector parameters() {
    return parameters;
  }

  @Override
  public FloatVector gradient() {
    return gradient;
  }

  @Override
  public int outputs() {
    return spec.outputs();
  }

  @Override
  public double gradient(Batch batch, long dropoutSeed) {
    double loss = forwardToLoss(batch);
    float scale = 1f / batch.size();
    for (int i = layers.length - 1; i >= 0; i--) {
      backward(i, batch.size());
      layers[i].computeGradient(batch.size(), below(i), scale);
    }
    return loss;
  }

  @Override
  public double sgdStep(Batch batch, long dropoutSeed, float learningRate, float weightDecay) {
    double loss = forwardToLoss(batch);
    float scale = learningRate / batch.size();
    for (int i = layers.length - 1; i >= 0; i--) {
      // Before the step, which changes this layer's weights.
      backward(i, batch.size());
      layers[i].sgdStep(batch.size(), below(i), scale, 1 - learningRate * weightDecay);
    }
    return loss;
  }

  /**
   * The gradient of a layer by one row is the outer product of its delta and its inputs, so that
   * its norm is the product of theirs (Goodfellow, "Efficient per-example gradient computations",
   * arXiv 1510.01799), and it is clipped by scaling the delta.
   */
  @Override
  public double clippedGradients(Batch batch, double clipNorm) {
    int rows = batch.size();
    double lossSum = forwardToLoss(batch) * rows;
    double[] squares = new double[rows];
    for (int i = layers.length - 1; i >= 0; i--) {
      backward(i, rows);
      layers[i].addSquaredNorms(rows, below(i), squares);
    }
    float[] factors = new float[rows];
    for (int row = 0; row < rows; row++) {
      double norm = Math.sqrt(squares[row]);
      if (!Double.isFinite(norm)) {
        return Double.NaN;
      }
      factors[row] = (float) Math.min(1, clipNorm / norm);
    }
    for (int i = 0; i < layers.length; i++) {
      layers[i].scaleDeltas(rows, factors);
      layers[i].computeGradient(rows, below(i), 1);
    }
    return lossSum;
  }

  @Override
  public float[] predict(Batch batch) {
    FloatVector outputs = forward(batch);
    int rows = batch.size();
    switch (spec.loss()) {
      case CROSS_ENTROPY -> kernels.softmax(rows, spec.outputs(), outputs);
      case BINARY_CROSS_ENTROPY -> kernels.sigmoid(rows * spec.outputs(), outputs);
      case MEAN_SQUARED_ERROR -> {}
    }
    float[] predicted = new float[rows * spec.outputs()];
    outputs.read(0, predicted, predicted.length);
    return predicted;
  }

  @Override
  public float[] inputGradients(Batch batch, int output) {
    Objects.checkIndex(output, spec.outputs());
    int rows = batch.size();
    float[] outputs = predict(batch);
    differentiate(outputs, rows, output);
    layers[layers.length - 1].outputs().write(0, outputs, outputs.length);
    for (int i = layers.length - 1; i > 0; i--) {
      backward(i, rows);
    }
    float[] gradients = new float[rows * spec.input().size()];
    try (FloatVector vector = FloatVector.allocate(gradients.length)) {
      layers[0].inputGradient(rows, vector);
      vector.store(gradients);
    }
    return gradients;
  }

  /** Replaces each row of predictions by the derivatives of one of them by the logits. */
  private void differentiate(float[] outputs, int rows, int output) {
    for (int row = 0; row < rows; row++) {
      int from = row * spec.outputs();
      float value = outputs[from + output];
      for (int i = 0; i < spec.outputs(); i++) {
        float one = i == output ? 1 : 0;
        outputs[from + i] =
            switch (spec.loss()) {
              case CROSS_ENTROPY -> value * (one - outputs[from + i]);
              case BINARY_CROSS_ENTROPY -> value * (1 - value);
              case MEAN_SQUARED_ERROR -> one;
            };
      }
    }
  }

  private double forwardToLoss(Batch batch) {
    FloatVector scores = forward(batch);
    int rows = batch.size();
    double sum =
        switch (spec.loss()) {
          case CROSS_ENTROPY ->
              kernels.softmaxCrossEntropy(rows, spec.outputs(), scores, batch.targets());
          case BINARY_CROSS_ENTROPY -> kernels.sigmoidCrossEntropy(rows, scores, batch.targets());
          case MEAN_SQUARED_ERROR -> kernels.squaredError(rows, scores, batch.targets());
        };
    return sum / rows;
  }

  private FloatVector forward(Batch batch) {
    reserve(batch);
    inputs.write(0, batch.inputs(), batch.size() * spec.input().size());
    for (int i = 0; i < layers.length; i++) {
      layers[i].forward(batch.size(), below(i));
    }
    return layers[layers.length - 1].outputs();
  }

  /** Skipped for the first layer: nothing needs the gradient at the inputs. */
  private void backward(int layer, int rows) {
    if (layer > 0) {
      layers[layer].backward(rows, layers[layer - 1]);
    }
  }

  private FloatVector below(int layer) {
    return layer == 0 ? inputs : layers[layer - 1].outputs();
  }

  private void reserve(Batch batch) {
    if (batch.size() <= capacity) {
      return;
    }
    capacity = Math.max(batch.size(), batch.capacity());
    batchArena.close();
    batchArena = new Arena();
    inputs = batchArena.allocate((long) capacity * spec.input().size());
    for (int i = 0; i < layers.length; i++) {
      layers[i].reserve(batchArena, capacity, i == layers.length - 1);
    }
  }

  @Override
  public void close() {
    arena.close();
    batchArena.close();
  }
}
