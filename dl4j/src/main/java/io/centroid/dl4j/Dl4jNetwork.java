package io.centroid.dl4j;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Common interface of DL4J's MultiLayerNetwork and ComputationGraph, with one input and one output.
 */
sealed interface Dl4jNetwork {

  INDArray parameters();

  INDArray gradients();

  /**
   * Writes the gradient, summed over the batch, to {@link #gradients} and returns the mean loss.
   */
  double backpropagate(INDArray inputs, INDArray targets);

  INDArray output(INDArray inputs);

  /** True if the last layer has a loss. */
  boolean hasLoss();

  /** Name of the output layer in {@link #layers}. */
  String output();

  /** True if the first layer takes channels x height x width instead of rows of values. */
  boolean takesImages();

  /** Layers by name, in the order of the flat parameter vector. */
  Map<String, Layer> layers();

  record Sequential(MultiLayerNetwork network) implements Dl4jNetwork {
    static Sequential of(MultiLayerNetwork network) {
      network.init();
      network.initGradientsView();
      return new Sequential(network);
    }

    @Override
    public INDArray parameters() {
      return network.params();
    }

    @Override
    public INDArray gradients() {
      return network.getGradientsViewArray();
    }

    @Override
    public double backpropagate(INDArray inputs, INDArray targets) {
      network.setInput(inputs);
      network.setLabels(targets);
      network.computeGradientAndScore();
      double loss = network.score();
      network.clear();
      return loss;
    }

    @Override
    public INDArray output(INDArray inputs) {
      return network.output(inputs, false);
    }

    /** The gradient of the loss, summed over the batch, with respect to the inputs. */
    INDArray inputGradients(INDArray inputs, INDArray targets) {
      INDArray found = network.calculateGradients(inputs, targets, null, null).getSecond();
      network.clear();
      return found;
    }

    @Override
    public boolean hasLoss() {
      return network.getOutputLayer() instanceof IOutputLayer;
    }

    @Override
    public String output() {
      return Integer.toString(network.getnLayers() - 1);
    }

    @Override
    public boolean takesImages() {
      var configuration = network.getLayerWiseConfigurations();
      return configuration.getInputPreProcess(0) == null
          && isImageLayer(configuration.getConf(0).getLayer());
    }

    @Override
    public Map<String, Layer> layers() {
      Map<String, Layer> layers = new LinkedHashMap<>();
      for (int i = 0; i < network.getnLayers(); i++) {
        layers.put(Integer.toString(i), network.getLayer(i));
      }
      return layers;
    }
  }

  record Graph(ComputationGraph network) implements Dl4jNetwork {
    static Graph of(ComputationGraph network) {
      network.init();
      network.initGradientsView();
      return new Graph(network);
    }

    @Override
    public INDArray parameters() {
      return network.params();
    }

    @Override
    public INDArray gradients() {
      return network.getGradientsViewArray();
    }

    @Override
    public double backpropagate(INDArray inputs, INDArray targets) {
      network.setInputs(inputs);
      network.setLabels(targets);
      network.computeGradientAndScore();
      double loss = network.score();
      network.clear();
      return loss;
    }

    @Override
    public INDArray output(INDArray inputs) {
      return network.output(false, inputs)[0];
    }

    @Override
    public boolean hasLoss() {
      return network.getOutputLayer(0) instanceof IOutputLayer;
    }

    @Override
    public String output() {
      return network.getConfiguration().getNetworkOutputs().get(0);
    }

    @Override
    public boolean takesImages() {
      var configuration = network.getConfiguration();
      String input = configuration.getNetworkInputs().get(0);
      return configuration.getVertexInputs().entrySet().stream()
          .filter(vertex -> vertex.getValue().contains(input))
          .map(vertex -> configuration.getVertices().get(vertex.getKey()))
          .anyMatch(
              vertex ->
                  vertex instanceof LayerVertex layer
                      && layer.getPreProcessor() == null
                      && isImageLayer(layer.getLayerConf().getLayer()));
    }

    @Override
    public Map<String, Layer> layers() {
      Map<String, Layer> layers = new LinkedHashMap<>();
      for (Layer layer : network.getLayers()) {
        layers.put(layer.conf().getLayer().getLayerName(), layer);
      }
      return layers;
    }
  }

  private static boolean isImageLayer(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer instanceof ConvolutionLayer
        || layer instanceof SubsamplingLayer
        || layer instanceof ZeroPaddingLayer;
  }
}
