package io.centroid.spark.dl4j;

import io.centroid.error.InputException;
import io.centroid.optim.InnerState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Common interface of DL4J's MultiLayerNetwork and ComputationGraph for training. Not thread-safe.
 */
sealed interface Dl4jNetwork {
  /** The DL4J network. */
  Model model();

  /** The configuration from which executors build the same network. */
  NetworkSource source();

  /** All layers, including those without parameters. */
  List<Layer> layers();

  /** Runs one training step with the network's own updater. */
  void fit(MultiDataSet minibatch);

  /** View of the updater's state; null if it has none. */
  @Nullable INDArray updaterState();

  int iteration();

  void iteration(int iteration);

  int epoch();

  void epoch(int epoch);

  /** Builds a network from a configuration, on an executor. */
  static Dl4jNetwork of(NetworkSource source) {
    if (source.isGraph()) {
      ComputationGraph graph =
          new ComputationGraph(ComputationGraphConfiguration.fromJson(source.json()));
      graph.init();
      return new Graph(graph);
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(MultiLayerConfiguration.fromJson(source.json()));
    network.init();
    return new Sequential(network);
  }

  /**
   * Wraps the user's network.
   *
   * @throws InputException if its parameters are not of data type FLOAT
   */
  static Dl4jNetwork of(Model model) {
    Dl4jNetwork network =
        model instanceof ComputationGraph graph
            ? new Graph(graph)
            : new Sequential((MultiLayerNetwork) model);
    if (model.params() == null || model.params().dataType() != DataType.FLOAT) {
      throw new InputException(
          "expected a network with parameters of data type FLOAT, found "
              + (model.params() == null ? "none" : model.params().dataType()));
    }
    return network;
  }

  default float[] parameters() {
    return model().params().toFloatVector();
  }

  /** Overwrites the parameters in place. */
  default void parameters(float[] values) {
    assign(model().params(), values);
  }

  /**
   * A copy of the updater's state in DL4J's order, cut into vectors of the length of the
   * parameters; the last is padded with zeros.
   */
  default InnerState copyOfUpdaterState() {
    INDArray state = updaterState();
    float[] all = state == null ? new float[0] : state.toFloatVector();
    int length = Math.toIntExact(model().params().length());
    List<float[]> vectors = new ArrayList<>();
    for (int from = 0; from < all.length; from += length) {
      vectors.add(Arrays.copyOfRange(all, from, from + length));
    }
    return new InnerState(iteration(), vectors);
  }

  /** Overwrites the updater's state. */
  default void updaterState(InnerState values) {
    INDArray state = updaterState();
    if (state == null) {
      return;
    }
    float[] all = new float[Math.toIntExact(state.length())];
    int next = 0;
    for (float[] vector : values.moments()) {
      int length = Math.min(vector.length, all.length - next);
      System.arraycopy(vector, 0, all, next, length);
      next += length;
    }
    assign(state, all);
  }

  private static void assign(INDArray into, float[] values) {
    try (INDArray array = Nd4j.createFromArray(values)) {
      into.assign(array.reshape(into.shape()));
    }
  }

  /** A sequential network. */
  record Sequential(MultiLayerNetwork model) implements Dl4jNetwork {
    @Override
    public NetworkSource source() {
      MultiLayerConfiguration configuration = model.getLayerWiseConfigurations().clone();
      configuration.setIterationCount(0);
      configuration.setEpochCount(0);
      return new NetworkSource(configuration.toJson(), false);
    }

    @Override
    public List<Layer> layers() {
      return Arrays.asList(model.getLayers());
    }

    @Override
    public void fit(MultiDataSet minibatch) {
      model.fit(minibatch);
    }

    @Override
    public @Nullable INDArray updaterState() {
      return model.getUpdater().getStateViewArray();
    }

    @Override
    public int iteration() {
      return model.getIterationCount();
    }

    @Override
    public void iteration(int iteration) {
      model.setIterationCount(iteration);
    }

    @Override
    public int epoch() {
      return model.getEpochCount();
    }

    @Override
    public void epoch(int epoch) {
      model.setEpochCount(epoch);
    }
  }

  /** A graph of layers. */
  record Graph(ComputationGraph model) implements Dl4jNetwork {
    @Override
    public NetworkSource source() {
      ComputationGraphConfiguration configuration = model.getConfiguration().clone();
      configuration.setIterationCount(0);
      configuration.setEpochCount(0);
      return new NetworkSource(configuration.toJson(), true);
    }

    @Override
    public List<Layer> layers() {
      return Arrays.asList(model.getLayers());
    }

    @Override
    public void fit(MultiDataSet minibatch) {
      model.fit(minibatch);
    }

    @Override
    public @Nullable INDArray updaterState() {
      return model.getUpdater().getStateViewArray();
    }

    @Override
    public int iteration() {
      return model.getConfiguration().getIterationCount();
    }

    @Override
    public void iteration(int iteration) {
      model.getConfiguration().setIterationCount(iteration);
    }

    @Override
    public int epoch() {
      return model.getConfiguration().getEpochCount();
    }

    @Override
    public void epoch(int epoch) {
      model.getConfiguration().setEpochCount(epoch);
    }
  }
}
