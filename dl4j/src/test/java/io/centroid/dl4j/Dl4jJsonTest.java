package io.centroid.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Batch;
import io.centroid.data.InputShape;
import io.centroid.error.InputException;
import io.centroid.nn.Architecture;
import io.centroid.nn.Batches;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.Vectors;
import io.centroid.nn.kernels.ThreadTeam;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.Optimizer;
import io.centroid.optim.OptimizerSettings;
import java.util.Arrays;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class Dl4jJsonTest {
  private static final InputShape ROW = InputShape.row(4);

  @Test
  void gradientsThroughBatchNormalizationAreThoseOfFiniteDifferences() {
    requireGradientsMatch(spec(normalized().toJson(), ROW));
  }

  @Test
  void gradientsOfAGraphAreThoseOfFiniteDifferences() {
    requireGradientsMatch(spec(graph().toJson(), ROW));
  }

  @Test
  void gradientsThroughNormalizedImagesAreThoseOfFiniteDifferences() {
    requireGradientsMatch(spec(images().toJson(), new InputShape(2, 4, 4)));
  }

  private static void requireGradientsMatch(NetworkSpec spec) {
    Learner learner = new Dl4jEngine().create(spec);
    Batch batch = Batches.random(spec, 8, 2);
    learner.gradient(batch, 1);
    float[] gradient = Vectors.values(learner.gradient());
    float[] parameters = Vectors.initial(spec);
    float step = 4e-3f;
    float largest = 0;
    for (float derivative : gradient) {
      largest = Math.max(largest, Math.abs(derivative));
    }
    for (ParameterLayout.Entry entry : learner.layout().entries()) {
      if (entry.role() == ParameterLayout.Role.STATISTIC) {
        continue;
      }
      for (int i = (int) entry.offset(); i < entry.offset() + entry.size(); i++) {
        double above = lossAt(learner, parameters, i, step, batch);
        double below = lossAt(learner, parameters, i, -step, batch);
        assertThat((double) gradient[i])
            .as("%s, derivative %d", entry.name(), i)
            .isCloseTo((above - below) / (2 * step), within(2e-3 * largest));
      }
    }
  }

  private static double lossAt(
      Learner learner, float[] parameters, int index, float step, Batch batch) {
    float[] moved = parameters.clone();
    moved[index] += step;
    learner.parameters().load(moved);
    return learner.gradient(batch, 1);
  }

  @Test
  void stepEqualsDl4jsFit() {
    NetworkSpec spec = spec(normalized().toJson(), ROW);
    MultiLayerNetwork reference = new MultiLayerNetwork(normalized());
    reference.init();
    Learner learner = new Dl4jEngine().create(spec);
    reference.setParams(Nd4j.create(new float[][] {Vectors.initial(spec)}));
    Optimizer optimizer = sgd(0.1).create(learner.layout());
    for (int i = 0; i < 3; i++) {
      Batch batch = Batches.random(spec, 8, i);
      learner.gradient(batch, i);
      optimizer.step(learner.parameters(), learner.gradient(), 0.1, 1, ThreadTeam.ALONE);
      reference.fit(dataSet(spec, batch));
    }
    requireEqual(learner, reference.params(), 1e-6f);
  }

  @Test
  void stepOfAGraphEqualsDl4jsFit() {
    NetworkSpec spec = spec(graph().toJson(), ROW);
    ComputationGraph reference = new ComputationGraph(graph());
    reference.init();
    Learner learner = new Dl4jEngine().create(spec);
    reference.setParams(Nd4j.create(new float[][] {Vectors.initial(spec)}));
    Optimizer optimizer = sgd(0.1).create(learner.layout());
    Batch batch = Batches.random(spec, 8, 1);
    learner.gradient(batch, 1);
    optimizer.step(learner.parameters(), learner.gradient(), 0.1, 1, ThreadTeam.ALONE);
    reference.fit(dataSet(spec, batch));
    requireEqual(learner, reference.params(), 1e-6f);
    assertThat(learner.layout().entries())
        .extracting(ParameterLayout.Entry::name)
        .contains("left.weight", "right.bias", "norm.gamma", "norm.mean", "out.weight");
  }

  private static void requireEqual(Learner learner, INDArray expected, float tolerance) {
    float[] found = new float[Math.toIntExact(learner.parameters().size())];
    learner.parameters().store(found);
    assertThat(found).containsExactly(expected.toFloatVector(), within(tolerance));
  }

  @Test
  void runningStatisticsAreNeitherWeightsNorBiases() {
    ParameterLayout layout = new Dl4jEngine().layout(spec(normalized().toJson(), ROW));
    assertThat(layout.entries().stream().filter(e -> e.role() == ParameterLayout.Role.STATISTIC))
        .extracting(ParameterLayout.Entry::shape)
        .containsExactly(java.util.List.of(6L), java.util.List.of(6L));
    assertThat(layout.entries().stream().filter(e -> e.name().matches("1.(gamma|beta)")))
        .extracting(ParameterLayout.Entry::role)
        .containsOnly(ParameterLayout.Role.BIAS)
        .hasSize(2);
  }

  @Test
  void dropoutDependsOnTheDropoutSeed() {
    NetworkSpec spec = spec(dense(layer -> layer.dropOut(0.5)), ROW);
    Batch batch = Batches.random(spec, 8, 2);
    Learner learner = new Dl4jEngine().create(spec);
    learner.gradient(batch, 7);
    float[] one = Vectors.values(learner.gradient());
    learner.gradient(batch, 8);
    assertThat(Vectors.values(learner.gradient())).isNotEqualTo(one);
    learner.gradient(batch, 7);
    assertThat(Vectors.values(learner.gradient())).isEqualTo(one);
    Learner other = new Dl4jEngine().create(spec);
    other.gradient(batch, 7);
    assertThat(Vectors.values(other.gradient())).isEqualTo(one);
    assertThat(learner.predict(batch)).isEqualTo(learner.predict(batch));
  }

  @Test
  void initialParametersUseTheSeedOfTheSpec() {
    String json = dense(layer -> {});
    assertThat(Vectors.initial(spec(json, ROW)))
        .isEqualTo(Vectors.initial(spec(json.replace("\"seed\" : 5", "\"seed\" : 6"), ROW)));
    assertThat(json).contains("\"seed\" : 5");
  }

  @Test
  void ignoresTheUpdaterOfTheFile() {
    NetworkSpec spec = spec(dense(layer -> layer.updater(new Adam(0.5))), ROW);
    NetworkSpec plain = spec(dense(layer -> {}), ROW);
    Batch batch = Batches.random(spec, 4, 1);
    Learner one = new Dl4jEngine().create(spec);
    Learner other = new Dl4jEngine().create(plain);
    one.gradient(batch, 1);
    other.gradient(batch, 1);
    assertThat(Vectors.values(one.gradient())).isEqualTo(Vectors.values(other.gradient()));
  }

  @Test
  void rejectsSettingsOfTheRunConfiguration() {
    requireRejected(dense(layer -> layer.l2(0.1)), "optimizer.weight-decay");
    requireRejected(dense(layer -> layer.l1(0.1)), "optimizer.weight-decay");
    requireRejected(dense(layer -> layer.weightDecay(0.1)), "optimizer.weight-decay");
    requireRejected(
        dense(
            layer ->
                layer.gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)),
        "optimizer.clip-norm");
    requireRejected(
        dense(layer -> layer.constrainWeights(new MaxNormConstraint(1, 1))), "has constraints");
  }

  @Test
  void rejectsNetworksWithSeveralInputsOrOutputs() {
    requireRejected(
        builder()
            .graphBuilder()
            .addInputs("a", "b")
            .addVertex("merged", new MergeVertex(), "a", "b")
            .addLayer("out", output(), "merged")
            .setOutputs("out")
            .setInputTypes(InputType.feedForward(2), InputType.feedForward(2))
            .build()
            .toJson(),
        "expected a graph with one input and one output, found [a, b] and [out]");
    requireRejected(
        dense(layer -> {}), new InputShape(1, 1, 9), "does not accept an example of shape 1x1x9");
    NetworkSpec fewer =
        new NetworkSpec(
            new Architecture.Dl4j(dense(layer -> {})),
            ROW,
            2,
            Loss.CROSS_ENTROPY,
            1,
            new Dl4jEngine());
    assertThatThrownBy(() -> new Dl4jEngine().create(fewer))
        .isInstanceOf(InputException.class)
        .hasMessage("model.file: the network has 3 outputs, but the data requires 2");
  }

  @Test
  void rejectsOtherDataTypes() {
    requireRejected(
        builder()
            .dataType(DataType.DOUBLE)
            .list()
            .layer(output())
            .setInputType(InputType.feedForward(4))
            .build()
            .toJson(),
        "expected a network of data type FLOAT, found DOUBLE");
  }

  @Test
  void rejectsWrapperLayers() {
    requireRejected(
        builder()
            .list()
            .layer(new FrozenLayer(new DenseLayer.Builder().nOut(3).build()))
            .layer(output())
            .setInputType(InputType.feedForward(4))
            .build()
            .toJson(),
        "wraps another layer (FrozenLayer)");
  }

  @Test
  void rejectsANetworkWithoutALoss() {
    requireRejected(
        builder()
            .list()
            .layer(new DenseLayer.Builder().nOut(3).build())
            .setInputType(InputType.feedForward(4))
            .build()
            .toJson(),
        "expected an output layer");
  }

  @Test
  void rejectsInvalidJsonWithItsPosition() {
    requireRejected(
        "{\n  \"confs\": [}", "model.file: is not the expected JSON at line 2 column 14: ");
    requireRejected("", "model.file: expected the JSON of a DL4J");
    requireRejected("[1, 2]", "model.file: expected the JSON of a DL4J");
    requireRejected("{\"confs\": 5}", "model.file: ");
    requireRejected(
        dense(layer -> {})
            .replace("org.deeplearning4j.nn.conf.layers.DenseLayer", "com.evil.Gadget"),
        "model.file: @class com.evil.Gadget is not a network class of DL4J or ND4J");
    requireRejected("{\"confs\": [{}]}", "expected a layer in each of confs");
    requireRejected("{\"confs\": " + "[".repeat(5000), "nesting depth");
    String longName = "org.deeplearning4j." + "x ".repeat(1000);
    requireRejected("{\"@class\": \"" + longName + "\"}", "is not a network class");
  }

  private static void requireRejected(String json, String part) {
    requireRejected(json, ROW, part);
  }

  private static void requireRejected(String json, InputShape shape, String part) {
    assertThatThrownBy(() -> new Dl4jEngine().create(spec(json, shape)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("model.file: ")
        .hasMessageContaining(part)
        .message()
        .doesNotContain("\n");
  }

  private static NetworkSpec spec(String json, InputShape shape) {
    return new NetworkSpec(
        new Architecture.Dl4j(json), shape, 3, Loss.CROSS_ENTROPY, 1, new Dl4jEngine());
  }

  private static OptimizerSettings sgd(double rate) {
    return new OptimizerSettings(
        OptimizerSettings.Name.SGD.rule(0, 0, 0, 0, 1),
        rate,
        OptimizerSettings.LearningRateScaling.NONE,
        0,
        new LearningRateSchedule(0, new LearningRateSchedule.Constant()));
  }

  private static DataSet dataSet(NetworkSpec spec, Batch batch) {
    int size = spec.input().size();
    float[][] labels = new float[batch.size()][spec.outputs()];
    float[][] rows = new float[batch.size()][];
    for (int row = 0; row < batch.size(); row++) {
      labels[row][(int) batch.targets()[row]] = 1;
      rows[row] = Arrays.copyOfRange(batch.inputs(), row * size, (row + 1) * size);
    }
    return new DataSet(Nd4j.create(rows), Nd4j.create(labels));
  }

  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new Sgd(0.1))
        .activation(Activation.TANH);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nOut(3)
        .build();
  }

  private static String dense(Consumer<DenseLayer.Builder> more) {
    DenseLayer.Builder hidden = new DenseLayer.Builder().nOut(6);
    more.accept(hidden);
    return builder()
        .list()
        .layer(hidden.build())
        .layer(output())
        .setInputType(InputType.feedForward(4))
        .build()
        .toJson();
  }

  private static org.deeplearning4j.nn.conf.MultiLayerConfiguration normalized() {
    return builder()
        .list()
        .layer(new DenseLayer.Builder().nOut(6).build())
        .layer(new BatchNormalization.Builder().build())
        .layer(output())
        .setInputType(InputType.feedForward(4))
        .build();
  }

  private static org.deeplearning4j.nn.conf.MultiLayerConfiguration images() {
    return builder()
        .list()
        .layer(new ConvolutionLayer.Builder(2, 2).nOut(3).build())
        .layer(new BatchNormalization.Builder().build())
        .layer(output())
        .setInputType(InputType.convolutional(4, 4, 2))
        .build();
  }

  private static ComputationGraphConfiguration graph() {
    return builder()
        .graphBuilder()
        .addInputs("in")
        .addLayer("left", new DenseLayer.Builder().nOut(5).build(), "in")
        .addLayer("right", new DenseLayer.Builder().nOut(4).build(), "in")
        .addLayer("norm", new BatchNormalization.Builder().build(), "right")
        .addVertex("merged", new MergeVertex(), "left", "norm")
        .addLayer("out", output(), "merged")
        .setOutputs("out")
        .setInputTypes(InputType.feedForward(4))
        .build();
  }
}
