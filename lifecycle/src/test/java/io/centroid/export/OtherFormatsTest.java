package io.centroid.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.data.Examples;
import io.centroid.data.Normalization;
import io.centroid.dl4j.Dl4jEngine;
import io.centroid.error.InputException;
import io.centroid.export.verify.LearnerOutputs;
import io.centroid.export.verify.Outputs;
import io.centroid.export.verify.Verification;
import io.centroid.export.verify.VerificationData;
import io.centroid.io.Sha256;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.run.data.DataChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Exports to DL4J and PyTorch, the description file, and rejected requests. */
class OtherFormatsTest {
  private static final Normalization UNIT =
      new Normalization(new float[] {0}, new float[] {1 / 255f});

  @TempDir private Path folder;

  @Test
  void dl4jLoadsZipAndGivesTheSameOutputs() throws IOException {
    for (Architecture architecture :
        List.of(
            new Architecture.Mlp(List.of(32), Activation.TANH),
            new Architecture.Cnn(List.of(4), 5, List.of(16), Activation.RELU))) {
      TrainedModel model = untrained(architecture, 10, Loss.CROSS_ENTROPY);
      Path out = folder.resolve("dl4j-" + architecture.getClass().getSimpleName());
      Verification found = export(model, out, ExportFormat.DL4J).description().verification();
      assertThat(found.real()).isFalse();
      // Dense layers run on Centroid's kernels, and on DL4J's when read back.
      assertThat(found.maxDifference()).isLessThan(1e-6);
      Examples examples =
          VerificationData.of(request(model, out, ExportFormat.DL4J), ExportListener.NONE)
              .examples();
      try (MultiLayer dl4j = new MultiLayer(out.resolve(Dl4jFormat.FILE));
          Outputs ours =
              LearnerOutputs.of(model.network(), model.normalization(), model.parameters())) {
        float[] mine = ours.of(examples, 0, examples.count());
        float[] theirs = dl4j.of(examples, architecture instanceof Architecture.Cnn);
        for (int i = 0; i < mine.length; i++) {
          assertThat(theirs[i]).isCloseTo(mine[i], within(1e-6f));
        }
      }
    }
  }

  /** A network loaded by DL4J's own reader. */
  private record MultiLayer(MultiLayerNetwork network) implements AutoCloseable {
    MultiLayer(Path file) throws IOException {
      this(MultiLayerNetwork.load(file.toFile(), false));
    }

    float[] of(Examples examples, boolean images) {
      io.centroid.data.Batch batch = new io.centroid.data.Batch(examples.shape(), examples.count());
      batch.fill(examples, UNIT, 0, examples.count());
      INDArray inputs =
          images
              ? Nd4j.create(batch.inputs(), new long[] {examples.count(), 1, 28, 28})
              : Nd4j.create(batch.inputs(), new long[] {examples.count(), 784});
      return network.output(inputs).dup('c').data().asFloat();
    }

    @Override
    public void close() {
      network.clear();
    }
  }

  @Test
  void torchFileHasPyTorchNamesAndShapes() throws IOException {
    TrainedModel model =
        untrained(
            new Architecture.Cnn(List.of(4), 5, List.of(16), Activation.RELU),
            10,
            Loss.CROSS_ENTROPY);
    Path out = folder.resolve("torch");
    Verification found =
        export(model, out, ExportFormat.TORCH_SAFETENSORS).description().verification();
    assertThat(found.maxDifference()).isZero();
    try (SafetensorsReader reader = SafetensorsReader.open(out.resolve(TorchFormat.FILE))) {
      assertThat(reader.header().metadata())
          .containsEntry(
              "module",
              "nn.Sequential(nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 4, (5, 5), stride=(1, 1),"
                  + " padding=(0, 0), dilation=(1, 1)), nn.ReLU(), nn.MaxPool2d((2, 2), stride=(2,"
                  + " 2), padding=(0, 0), dilation=(1, 1)), nn.Flatten(), nn.Linear(576, 16),"
                  + " nn.ReLU(), nn.Linear(16, 10), nn.Softmax(dim=-1))")
          .containsEntry("format", "pt");
      assertThat(reader.tensor("1.weight").shape()).containsExactly(4L, 1L, 5L, 5L);
      assertThat(reader.tensor("1.bias").shape()).containsExactly(4L);
      assertThat(reader.tensor("5.weight").shape()).containsExactly(16L, 576L);
      assertThat(reader.tensor("7.weight").shape()).containsExactly(10L, 16L);
      float[] last = reader.readFloats("7.bias");
      float[] all = model.parameters();
      assertThat(last).hasSize(10);
      for (int i = 0; i < 10; i++) {
        assertThat(last[i]).isEqualTo(all[all.length - 10 + i]);
      }
    }
  }

  @Test
  void regressionAndBinaryClassifierKeepTheirOutputs() throws IOException {
    for (Loss loss : List.of(Loss.MEAN_SQUARED_ERROR, Loss.BINARY_CROSS_ENTROPY)) {
      for (Activation activation : Activation.values()) {
        TrainedModel model = untrained(new Architecture.Mlp(List.of(8, 5), activation), 1, loss);
        Path out = folder.resolve(loss + "-" + activation);
        ExportedModel exported = export(model, out, ExportFormat.ONNX);
        assertThat(exported.description().verification().maxDifference()).isLessThan(1e-5);
        assertThat(exported.description().outputs())
            .extracting(ExportDescription.Port::name)
            .containsExactlyElementsOf(
                loss == Loss.MEAN_SQUARED_ERROR
                    ? List.of("output")
                    : List.of("logits", "probabilities"));
      }
    }
  }

  @Test
  void descriptionRoundTripsAndVerifiesFiles() throws IOException {
    TrainedModel model =
        untrained(new Architecture.Mlp(List.of(8), Activation.RELU), 10, Loss.CROSS_ENTROPY);
    Path out = folder.resolve("described");
    ExportedModel exported = export(model, out, ExportFormat.ONNX);
    ExportDescription read = ExportDescription.read(Networks.FILES, Networks.hadoop(out));
    assertThat(read).isEqualTo(exported.description());
    assertThat(read.labels()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(read.source().path()).isEqualTo("/runs/test/checkpoints/step-00000100");
    assertThat(read.file("model.onnx").sha256())
        .isEqualTo(Sha256.of(Files.readAllBytes(out.resolve("model.onnx"))));
    read.requireFiles(Networks.FILES, Networks.hadoop(out));
    Files.write(out.resolve("model.onnx"), new byte[] {1});
    assertThatThrownBy(() -> read.requireFiles(Networks.FILES, Networks.hadoop(out)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found 1 bytes");
    String json = Files.readString(out.resolve("export.json"));
    Files.writeString(out.resolve("export.json"), json.replace("\"mlp\"", "\"cnn\""));
    assertThatThrownBy(() -> ExportDescription.read(Networks.FILES, Networks.hadoop(out)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("was changed after it was written");
  }

  @Test
  void unsupportedExportsAreRejected() {
    TrainedModel model =
        untrained(new Architecture.Mlp(List.of(8), Activation.RELU), 10, Loss.CROSS_ENTROPY);
    requireRejected(model, ExportFormat.HUGGINGFACE, "is not a GPT-2");
    assertThatThrownBy(
            () ->
                ModelExporter.export(
                    request(model, folder.resolve("out"), ExportFormat.ONNX).withCache(true),
                    ExportListener.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not a language model; --cache applies to");
    assertThatThrownBy(
            () ->
                ModelExporter.export(
                    request(model, folder.resolve("out"), ExportFormat.DL4J)
                        .withWeights(WeightType.INT8),
                    ExportListener.NONE))
        .isInstanceOf(InputException.class)
        .hasMessage("--cache and --weights apply to --to onnx only");
    assertThatThrownBy(
            () ->
                ModelExporter.export(
                    request(model, folder.resolve("out"), ExportFormat.ONNX)
                        .withData(
                            DataChoice.named(List.of("data.format=idx", "data.path=/nowhere"))),
                    ExportListener.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("/nowhere");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireRejected(TrainedModel model, ExportFormat format, String why) {
    assertThatThrownBy(() -> export(model, folder.resolve("out"), format))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
  }

  @Test
  void overwriteReplacesOnlyExports() throws IOException {
    TrainedModel model =
        untrained(new Architecture.Mlp(List.of(8), Activation.RELU), 10, Loss.CROSS_ENTROPY);
    Path out = folder.resolve("out");
    export(model, out, ExportFormat.ONNX);
    assertThatThrownBy(() -> export(model, out, ExportFormat.DL4J))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("already exists");
    ModelExporter.export(
        request(model, out, ExportFormat.DL4J).withOverwrite(true), ExportListener.NONE);
    assertThat(out.resolve("model.zip")).exists();
    assertThat(out.resolve("model.onnx")).doesNotExist();
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("letter.txt"), "mine");
    assertThatThrownBy(
            () ->
                ModelExporter.export(
                    request(model, other, ExportFormat.DL4J).withOverwrite(true),
                    ExportListener.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("or one with export.json to overwrite, found another");
    assertThat(other.resolve("letter.txt")).exists();
  }

  private static TrainedModel untrained(Architecture architecture, int outputs, Loss loss) {
    return Networks.untrained(
        new NetworkSpec(
            architecture,
            Networks.DIGITS,
            outputs,
            loss,
            3,
            Engines.of(new CpuEngine(), new Dl4jEngine()).engine(architecture)),
        UNIT);
  }

  private static ExportRequest request(TrainedModel model, Path out, ExportFormat format) {
    return ExportRequest.of(Networks.FILES, model, Networks.hadoop(out), format);
  }

  private static ExportedModel export(TrainedModel model, Path out, ExportFormat format)
      throws IOException {
    return ModelExporter.export(request(model, out, format), ExportListener.NONE);
  }
}
