package io.centroid.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.dl4j.Dl4jEngine;
import io.centroid.error.InputException;
import io.centroid.export.verify.Verification;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.random.RandomStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Networks from DL4J's JSON: ONNX Runtime gives DL4J's outputs. */
class Dl4jLayersOnnxTest {
  private static final InputShape IMAGE = new InputShape(2, 11, 9);
  private static final Normalization EACH = eachValue();

  @TempDir private Path folder;

  @Test
  void supportedLayersGiveDl4jOutputs() throws IOException {
    Verification found = export(images(), IMAGE, EACH, WeightType.FP32);
    assertThat(found.values()).isEqualTo(64 * 3);
    assertThat(found.maxDifference()).isLessThan(1e-5);
    assertThat(found.agreement()).isEqualTo(1);
  }

  @Test
  void batchNormalizationOfRowsGivesDl4jOutputs() throws IOException {
    NeuralNetConfiguration.ListBuilder table =
        new NeuralNetConfiguration.Builder()
            .seed(4)
            .list()
            .layer(new DenseLayer.Builder().nOut(7).activation(Activation.SIGMOID).build())
            .layer(new BatchNormalization.Builder().eps(1e-3).useLogStd(false).build())
            .layer(output());
    MultiLayerConfiguration network = table.setInputType(InputType.feedForward(5)).build();
    Normalization normalization =
        new Normalization(new float[] {1, 2, 3, 4, 5}, new float[] {1, 2, 3, 0.5f, 0.1f});
    Verification found = export(network, InputShape.row(5), normalization, WeightType.FP32);
    assertThat(found.maxDifference()).isLessThan(1e-5);
  }

  @Test
  void fp16AndInt8ConvolutionsAreWithinTolerance() throws IOException {
    Verification halves = export(images(), IMAGE, EACH, WeightType.FP16);
    assertThat(halves.maxDifference()).isPositive().isLessThan(0.005);
    Verification bytes = export(images(), IMAGE, EACH, WeightType.INT8);
    assertThat(bytes.maxDifference()).isPositive().isLessThan(0.05);
  }

  @Test
  void unsupportedLayerIsRejectedWithNumberAndName() {
    MultiLayerConfiguration network =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new ConvolutionLayer.Builder(3, 3).nOut(2).build())
            .layer(new Upsampling2D.Builder(2).build())
            .layer(output())
            .setInputType(InputType.convolutional(11, 9, 2))
            .build();
    assertThatThrownBy(() -> export(network, IMAGE, EACH, WeightType.FP32))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("step-00000100: layer 1: expected dense, convolution, pooling")
        .hasMessageContaining("found Upsampling2D");
  }

  private static MultiLayerConfiguration images() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .list()
        .layer(
            new ConvolutionLayer.Builder(3, 2)
                .nOut(4)
                .stride(2, 1)
                .padding(1, 0)
                .activation(Activation.TANH)
                .build())
        .layer(new BatchNormalization.Builder().build())
        .layer(new ActivationLayer.Builder().activation(Activation.RELU).build())
        .layer(
            new ConvolutionLayer.Builder(3, 3)
                .nOut(3)
                .convolutionMode(ConvolutionMode.Same)
                .hasBias(false)
                .build())
        .layer(
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
                .kernelSize(2, 2)
                .stride(1, 2)
                .build())
        .layer(
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                .kernelSize(3, 2)
                .stride(2, 1)
                .padding(1, 0)
                .build())
        .layer(new DropoutLayer.Builder(0.5).build())
        .layer(new DenseLayer.Builder().nOut(6).activation(Activation.GELU).build())
        .layer(output())
        .setInputType(InputType.convolutional(IMAGE.height(), IMAGE.width(), IMAGE.channels()))
        .build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nOut(3)
        .build();
  }

  private static Normalization eachValue() {
    float[] mean = new float[IMAGE.size()];
    float[] scale = new float[IMAGE.size()];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = i % 7 + 0.5f;
      scale[i] = 1f / (1 + i % 5);
    }
    return new Normalization(mean, scale);
  }

  private Verification export(
      MultiLayerConfiguration network,
      InputShape input,
      Normalization normalization,
      WeightType type)
      throws IOException {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Dl4j(network.toJson()),
            input,
            3,
            Loss.CROSS_ENTROPY,
            5,
            new Dl4jEngine());
    Learner learner = spec.newLearner();
    float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
    learner.parameters().store(parameters);
    // Realistic values: scales near 1, positive variances, and nonzero biases.
    RandomStream random = new RandomStream(9);
    for (ParameterLayout.Entry entry : learner.layout().entries()) {
      boolean positive = entry.name().matches(".*(gamma|var)");
      boolean isRandom = positive || entry.role() != ParameterLayout.Role.WEIGHT;
      for (int i = 0; isRandom && i < entry.size(); i++) {
        parameters[(int) entry.offset() + i] =
            (float) (positive ? 0.5 + random.nextDouble() : random.nextDouble() - 0.5);
      }
    }
    TrainedModel model = Networks.model(spec, normalization, learner, parameters, Map.of());
    return ModelExporter.export(
            ExportRequest.of(
                    Networks.FILES,
                    model,
                    Networks.hadoop(folder.resolve("out-" + type)),
                    ExportFormat.ONNX)
                .withWeights(type),
            ExportListener.NONE)
        .description()
        .verification();
  }
}
