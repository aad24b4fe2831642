package io.centroid.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.data.TargetScaling;
import io.centroid.data.csv.TableSchema;
import io.centroid.dl4j.Dl4jEngine;
import io.centroid.export.verify.Verification;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.onnx.OnnxModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Exports of a regression on standardized targets predict in the unit of the targets. */
class RegressionExportTest {
  private static final TargetScaling PRICES = new TargetScaling(415_056.25, 176_000.5);
  private static final Normalization FEATURES =
      new Normalization(new float[] {-119, 2_600}, new float[] {0.5f, 1 / 2_000f});

  private static final float[] ROW = {-117.53f, 4_001};

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(WeightType.class)
  void onnxRuntimePredictsPrices(WeightType weights) throws IOException {
    TrainedModel model = model(List.of(), PRICES);
    Path out = folder.resolve("onnx");
    Verification found =
        ModelExporter.export(
                request(model, out, ExportFormat.ONNX).withWeights(weights), ExportListener.NONE)
            .description()
            .verification();
    double tolerance =
        switch (weights) {
          case FP32 -> 1e-5;
          case FP16 -> 1e-3;
          case INT8 -> 0.1;
        };
    assertThat(found.tolerance())
        .isGreaterThan(found.maxDifference())
        .isLessThan((weights == WeightType.FP32 ? 2e-5 : 2) * PRICES.deviation());
    try (OnnxModel onnx = OnnxModel.open(out.resolve(OnnxModel.FILE), 1)) {
      assertThat((double) onnx.run(ROW, 1, "output")[0])
          .isCloseTo(byHand(model), within(tolerance * PRICES.deviation()));
    }
  }

  @Test
  void onnxRuntimePredictsPricesOfHiddenLayersAndOfDl4jsNetworks() throws IOException {
    for (TrainedModel model :
        List.of(
            model(List.of(8, 5), PRICES),
            sequential(org.nd4j.linalg.activations.Activation.IDENTITY, PRICES))) {
      Path out = folder.resolve(model.network().architecture().name());
      ModelExporter.export(request(model, out, ExportFormat.ONNX), ExportListener.NONE);
      try (OnnxModel onnx = OnnxModel.open(out.resolve(OnnxModel.FILE), 1)) {
        double output = output(model);
        assertThat((double) onnx.run(ROW, 1, "output")[0])
            .isCloseTo(
                output * PRICES.deviation() + PRICES.mean(), within(1e-5 * PRICES.deviation()));
      }
    }
  }

  @Test
  void dl4jPredictsPrices() throws IOException {
    for (TrainedModel model : List.of(model(List.of(), PRICES), model(List.of(8, 5), PRICES))) {
      Path out = folder.resolve("dl4j-" + model.layout().size());
      ModelExporter.export(request(model, out, ExportFormat.DL4J), ExportListener.NONE);
      MultiLayerNetwork network =
          MultiLayerNetwork.load(out.resolve(Dl4jFormat.FILE).toFile(), false);
      assertThat(network.output(Nd4j.create(normalized(), new long[] {1, 2})).getDouble(0))
          .isCloseTo(
              output(model) * PRICES.deviation() + PRICES.mean(),
              within(1e-5 * PRICES.deviation()));
    }
  }

  @Test
  void pyTorchsLastLayerIsInTheUnitOfTheTargets() throws IOException {
    TrainedModel model = model(List.of(), PRICES);
    float[] parameters = model.parameters().clone();
    Path out = folder.resolve("torch");
    ModelExporter.export(request(model, out, ExportFormat.TORCH_SAFETENSORS), ExportListener.NONE);
    try (SafetensorsReader reader = SafetensorsReader.open(out.resolve(TorchFormat.FILE))) {
      assertThat(reader.readFloats("0.weight"))
          .containsExactly(
              (float) (parameters[0] * PRICES.deviation()),
              (float) (parameters[1] * PRICES.deviation()));
      assertThat(reader.readFloats("0.bias"))
          .containsExactly((float) (parameters[2] * PRICES.deviation() + PRICES.mean()));
    }
    assertThat(model.parameters()).isEqualTo(parameters);
  }

  /** The tolerance shrinks with the targets, so that the comparison can fail. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-9, 1, 1e9})
  void toleranceIsRelativeToTheDeviation(double deviation) throws IOException {
    TrainedModel model = model(List.of(8), new TargetScaling(3 * deviation, deviation));
    for (ExportFormat format :
        List.of(ExportFormat.ONNX, ExportFormat.DL4J, ExportFormat.TORCH_SAFETENSORS)) {
      Verification found =
          ModelExporter.export(
                  request(model, folder.resolve(format.name()), format), ExportListener.NONE)
              .description()
              .verification();
      assertThat(found.tolerance()).isLessThan(1e-4 * deviation);
      assertThat(found.maxDifference()).isLessThan(1e-5 * deviation);
    }
  }

  @Test
  void anOutputLayerThatIsNotLinearIsExportedToOnnxOnly() throws IOException {
    TrainedModel model = sequential(org.nd4j.linalg.activations.Activation.SIGMOID, PRICES);
    Path out = folder.resolve("onnx");
    ModelExporter.export(request(model, out, ExportFormat.ONNX), ExportListener.NONE);
    try (OnnxModel onnx = OnnxModel.open(out.resolve(OnnxModel.FILE), 1)) {
      assertThat((double) onnx.run(ROW, 1, "output")[0])
          .isCloseTo(
              output(model) * PRICES.deviation() + PRICES.mean(),
              within(1e-5 * PRICES.deviation()));
    }
    assertThatThrownBy(
            () ->
                ModelExporter.export(
                    request(model, folder.resolve("dl4j"), ExportFormat.DL4J), ExportListener.NONE))
        .hasMessageContaining("the output layer is not linear with a bias")
        .hasMessageContaining("data.target-normalization = none");
    assertThat(folder.resolve("dl4j")).doesNotExist();
  }

  @Test
  void theColumnsOfATableAreNamedInTheOrderOfTheInputs() throws IOException {
    TrainedModel plain = model(List.of(), PRICES);
    TrainedModel model =
        ofTable(plain, new TableSchema(List.of("size", "älter"), "price", List.of()));
    for (ExportFormat format :
        List.of(ExportFormat.ONNX, ExportFormat.DL4J, ExportFormat.TORCH_SAFETENSORS)) {
      Path out = folder.resolve(format.name());
      ModelExporter.export(request(model, out, format), ExportListener.NONE);
      ExportDescription read = ExportDescription.read(Networks.FILES, Networks.hadoop(out));
      assertThat(read.columns()).containsExactly("size", "älter");
      assertThat(read.target()).isEqualTo("price");
    }
    try (OnnxModel onnx = OnnxModel.open(folder.resolve("ONNX").resolve(OnnxModel.FILE), 1)) {
      assertThat(onnx.metadata())
          .containsEntry("columns", "[\"size\",\"älter\"]")
          .containsEntry("target", "price");
    }
    ByteBuffer torch =
        ByteBuffer.wrap(
                Files.readAllBytes(folder.resolve("TORCH_SAFETENSORS").resolve(TorchFormat.FILE)))
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) torch.getLong()];
    torch.get(header);
    JsonNode metadata = new ObjectMapper().readTree(header).get("__metadata__");
    assertThat(metadata.get("columns").textValue()).isEqualTo("[\"size\",\"älter\"]");
    assertThat(metadata.get("target").textValue()).isEqualTo("price");
    Path other = folder.resolve("other");
    ModelExporter.export(request(plain, other, ExportFormat.ONNX), ExportListener.NONE);
    assertThat(Files.readString(other.resolve(ExportDescription.FILE)))
        .doesNotContain("\"columns\"", "\"target\"");
    try (OnnxModel onnx = OnnxModel.open(other.resolve(OnnxModel.FILE), 1)) {
      assertThat(onnx.metadata()).doesNotContainKeys("columns", "target");
    }
  }

  private static TrainedModel ofTable(TrainedModel model, TableSchema table) {
    return new TrainedModel(
        model.path(),
        model.network(),
        model.normalization(),
        model.layout(),
        model.seed(),
        model.workers(),
        model.dataKeys(),
        model.classNames(),
        table,
        model.tokenizerFiles(),
        model.directory(),
        model.reader());
  }

  /** w * x + b of the normalized row, scaled back. */
  private static double byHand(TrainedModel model) throws IOException {
    float[] p = model.parameters();
    double x1 = (ROW[0] + 119) * 0.5;
    double x2 = (ROW[1] - 2_600) / 2_000.0;
    return (p[0] * x1 + p[1] * x2 + p[2]) * 176_000.5 + 415_056.25;
  }

  /** Output of the network for the normalized row. */
  private static double output(TrainedModel model) throws IOException {
    try (Learner learner = model.network().newLearner()) {
      learner.parameters().load(model.parameters());
      Examples.Builder rows =
          new Examples.Builder(InputShape.row(2), SourceSchema.FeatureKind.NUMBERS);
      rows.addRow(normalized(), 0);
      Batch batch = new Batch(InputShape.row(2), 1);
      batch.fill(rows.build(), Normalization.NONE, 0, 1);
      return learner.predict(batch)[0];
    }
  }

  private static float[] normalized() {
    return new float[] {(ROW[0] + 119) * 0.5f, (ROW[1] - 2_600) / 2_000f};
  }

  private static TrainedModel model(List<Integer> hidden, TargetScaling targets) {
    return random(new Architecture.Mlp(hidden, Activation.TANH), targets);
  }

  /** A network of DL4J. */
  private static TrainedModel sequential(
      org.nd4j.linalg.activations.Activation activation, TargetScaling targets) {
    String json =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                    .activation(activation)
                    .nOut(1)
                    .build())
            .setInputType(InputType.feedForward(2))
            .build()
            .toJson();
    return random(new Architecture.Dl4j(json), targets);
  }

  private static TrainedModel random(Architecture architecture, TargetScaling targets) {
    NetworkSpec spec =
        new NetworkSpec(
            architecture,
            InputShape.row(2),
            1,
            Loss.MEAN_SQUARED_ERROR,
            3,
            Engines.of(new CpuEngine(), new Dl4jEngine()).engine(architecture));
    try (Learner learner = spec.newLearner()) {
      SplittableRandom random = new SplittableRandom(1);
      float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = (float) (random.nextDouble() - 0.5);
      }
      return Networks.model(spec, FEATURES.withTargets(targets), learner, parameters, Map.of());
    }
  }

  private static ExportRequest request(TrainedModel model, Path out, ExportFormat format) {
    return ExportRequest.of(Networks.FILES, model, Networks.hadoop(out), format);
  }
}
