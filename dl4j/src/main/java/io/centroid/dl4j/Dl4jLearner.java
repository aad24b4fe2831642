package io.centroid.dl4j;

import io.centroid.data.Batch;
import io.centroid.data.InputShape;
import io.centroid.device.Device;
import io.centroid.error.InputException;
import io.centroid.nn.Architecture;
import io.centroid.nn.DenseNetwork;
import io.centroid.nn.InputGradients;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.impl.LossL2;

/**
 * A learner backed by a DL4J MultiLayerNetwork or ComputationGraph. On ND4J's CPU backend the flat
 * parameter and gradient vectors share the network's memory, so an optimizer step needs no copy; on
 * a GPU they are copies in the host's memory. DL4J's updaters are not used.
 */
final class Dl4jLearner implements InputGradients {
  private final NetworkSpec spec;
  private final Dl4jNetwork network;
  private final ParameterLayout layout;
  private final OptionalInt gpu;
  private final HostVector parameters;
  private final HostVector gradient;
  private final List<INDArray> summedGradients;
  private final boolean imageInput;
  private final Map<Integer, INDArray> inputsBySize = new HashMap<>();
  private final Map<Integer, INDArray> targetsBySize = new HashMap<>();

  private Dl4jLearner(
      NetworkSpec spec,
      Dl4jNetwork network,
      OptionalInt gpu,
      Function<INDArray, HostVector> vectors) {
    this.spec = spec;
    this.network = network;
    this.gpu = gpu;
    this.layout = Dl4jLayout.of(network);
    this.parameters = vectors.apply(network.parameters());
    this.gradient = vectors.apply(network.gradients());
    this.summedGradients = summedGradients();
    this.imageInput = network.takesImages();
  }

  /** Creates a learner for work that needs no particular device. */
  static Dl4jLearner create(NetworkSpec spec) {
    Nd4jLibrary.prefer(Device.Kind.CPU);
    return create(spec, OptionalInt.empty());
  }

  /**
   * Creates a learner on the backend that ND4J runs on.
   *
   * @param gpu CUDA's number of the GPU on which to compute; empty for the backend's default device
   */
  static Dl4jLearner create(NetworkSpec spec, OptionalInt gpu) {
    return create(
        spec, gpu, Backend.running() == Backend.CPU ? HostVector::shared : HostVector::mirror);
  }

  /**
   * Creates a learner with vectors of a kind.
   *
   * @param vectors makes the vectors of parameters and gradient
   */
  static Dl4jLearner create(
      NetworkSpec spec, OptionalInt gpu, Function<INDArray, HostVector> vectors) {
    gpu.ifPresent(CudaOrdinal::use);
    Dl4jLearner learner = new Dl4jLearner(spec, network(spec), gpu, vectors);
    if (spec.architecture() instanceof Architecture.Dl4j) {
      learner.requireFits();
    }
    if (spec.architecture() instanceof Architecture.Mlp mlp) {
      DenseNetwork.initialize(spec, mlp, learner.parameters.values());
    }
    return learner;
  }

  private static Dl4jNetwork network(NetworkSpec spec) {
    if (spec.architecture() instanceof Architecture.Mlp mlp) {
      return Dl4jNetwork.Sequential.of(new MultiLayerNetwork(Dl4jConfigurations.mlp(spec, mlp)));
    }
    if (spec.architecture() instanceof Architecture.Cnn cnn) {
      return Dl4jNetwork.Sequential.of(new MultiLayerNetwork(Dl4jConfigurations.cnn(spec, cnn)));
    }
    if (spec.architecture() instanceof Architecture.Dl4j dl4j) {
      return Dl4jJson.network("model.file", dl4j.json(), spec.seed());
    }
    throw new IllegalArgumentException(
        "the engine dl4j does not support model.name = " + spec.architecture().name());
  }

  /** The configuration of a sequential network; empty for a graph. */
  Optional<MultiLayerConfiguration> configuration() {
    return network instanceof Dl4jNetwork.Sequential sequential
        ? Optional.of(sequential.network().getLayerWiseConfigurations())
        : Optional.empty();
  }

  /** Name of the output layer if it is linear, with a bias and a squared error. */
  Optional<String> linearOutput() {
    Layer output = network.layers().get(network.output());
    return output != null
            && output.conf().getLayer() instanceof OutputLayer layer
            && layer.getClass() == OutputLayer.class
            && layer.hasBias()
            && layer.getActivationFn() instanceof ActivationIdentity
            && layer.getLossFn() instanceof LossL2
        ? Optional.of(network.output())
        : Optional.empty();
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public FloatVector parameters() {
    return parameters.values();
  }

  @Override
  public FloatVector gradient() {
    return gradient.values();
  }

  @Override
  public int outputs() {
    return spec.outputs();
  }

  @Override
  public double gradient(Batch batch, long dropoutSeed) {
    load();
    Nd4j.getRandom().setSeed(dropoutSeed);
    double loss = network.backpropagate(inputs(batch), targets(batch));
    for (INDArray summed : summedGradients) {
      summed.divi(batch.size());
    }
    gradient.download();
    return loss;
  }

  @Override
  public float[] predict(Batch batch) {
    load();
    INDArray output = network.output(inputs(batch));
    return output.dup('c').data().getFloatsAt(0, batch.size() * spec.outputs());
  }

  /** For the built-in architectures alone: a network's own loss may be any function. */
  @Override
  public boolean hasInputGradients() {
    return !(spec.architecture() instanceof Architecture.Dl4j);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Derived from the gradient of the loss, which DL4J computes: cross-entropy with the output as
   * the target is -log(p), the squared error of a target that is 0.5 less has the derivative 1.
   */
  @Override
  public float[] inputGradients(Batch batch, int output) {
    Objects.checkIndex(output, spec.outputs());
    if (!(network instanceof Dl4jNetwork.Sequential sequential) || !hasInputGradients()) {
      throw new InputException("a DL4J network of a program has no gradients of its outputs");
    }
    float[] predicted = predict(batch);
    float[] values = new float[predicted.length];
    for (int at = output; at < values.length; at += spec.outputs()) {
      values[at] = spec.loss().classifies() ? 1 : predicted[at] - 0.5f;
    }
    INDArray targets = targets(batch.size());
    HostVector.write(targets, values, values.length);
    INDArray found = sequential.inputGradients(inputs(batch), targets);
    int width = spec.input().size();
    float[] gradients = found.dup('c').data().getFloatsAt(0, batch.size() * width);
    if (spec.loss().classifies()) {
      for (int i = 0; i < gradients.length; i++) {
        gradients[i] *= -predicted[i / width * spec.outputs() + output];
      }
    }
    return gradients;
  }

  /** Prepares the calling thread and the network's parameters; tasks use any thread. */
  private void load() {
    gpu.ifPresent(CudaOrdinal::use);
    parameters.upload();
  }

  private INDArray inputs(Batch batch) {
    INDArray inputs = inputsBySize.computeIfAbsent(batch.size(), this::newInputs);
    HostVector.write(inputs, batch.inputs(), batch.size() * spec.input().size());
    return inputs;
  }

  private INDArray newInputs(int size) {
    InputShape input = spec.input();
    return imageInput
        ? Nd4j.createUninitialized(
            DataType.FLOAT, new long[] {size, input.channels(), input.height(), input.width()}, 'c')
        : Nd4j.createUninitialized(DataType.FLOAT, new long[] {size, input.size()}, 'c');
  }

  private INDArray targets(int size) {
    return targetsBySize.computeIfAbsent(
        size,
        rows -> Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, spec.outputs()}, 'c'));
  }

  private INDArray targets(Batch batch) {
    int size = batch.size();
    INDArray targets = targets(size);
    float[] values = new float[size * spec.outputs()];
    for (int row = 0; row < size; row++) {
      switch (spec.loss()) {
        case CROSS_ENTROPY -> values[row * spec.outputs() + (int) batch.targets()[row]] = 1;
        case BINARY_CROSS_ENTROPY, MEAN_SQUARED_ERROR -> values[row] = batch.targets()[row];
      }
    }
    HostVector.write(targets, values, values.length);
    return targets;
  }

  /** Gradients that DL4J sums over the batch: all except those of running statistics. */
  private List<INDArray> summedGradients() {
    if (layout.entries().stream()
        .noneMatch(entry -> entry.role() == ParameterLayout.Role.STATISTIC)) {
      return List.of(network.gradients());
    }
    INDArray flat = network.gradients().reshape(network.gradients().length());
    List<INDArray> summed = new ArrayList<>();
    for (ParameterLayout.Entry entry : layout.entries()) {
      if (entry.role() != ParameterLayout.Role.STATISTIC) {
        summed.add(flat.get(NDArrayIndex.interval(entry.offset(), entry.offset() + entry.size())));
      }
    }
    return summed;
  }

  private void requireFits() {
    if (!network.hasLoss()) {
      throw new InputException("model.file: expected an output layer (with a loss) at the end");
    }
    long found;
    try {
      INDArray output = network.output(newInputs(1).assign(0));
      found = output.rank() == 2 ? output.size(1) : -1;
    } catch (RuntimeException e) {
      throw new InputException(
          "model.file: the network does not accept an example of shape "
              + spec.input()
              + ": "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
    if (found != spec.outputs()) {
      throw new InputException(
          "model.file: the network has "
              + found
              + " outputs, but the data requires "
              + spec.outputs());
    }
  }

  @Override
  public void close() {
    parameters.close();
    gradient.close();
    free(network.parameters());
    free(network.gradients());
    inputsBySize.values().forEach(Dl4jLearner::free);
    targetsBySize.values().forEach(Dl4jLearner::free);
  }

  private static void free(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}
