package io.centroid.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Examples;
import io.centroid.export.verify.LearnerOutputs;
import io.centroid.export.verify.Outputs;
import io.centroid.export.verify.Verification;
import io.centroid.export.verify.VerificationException;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.onnx.OnnxModel;
import io.centroid.run.data.DataChoice;
import io.centroid.run.data.RealExamples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Digit classifiers in ONNX Runtime, compared with Centroid's outputs on MNIST's test set. */
class OnnxDigitsTest {
  private static final Architecture MLP = new Architecture.Mlp(List.of(128), Activation.RELU);
  private static final Architecture CNN =
      new Architecture.Cnn(List.of(4, 8), 5, List.of(64), Activation.RELU);
  private static TrainedModel convolutional;

  @TempDir private Path folder;

  @BeforeAll
  static void train() {
    convolutional = Networks.onDigits(CNN, 60, 0.1f);
  }

  @Test
  void denseNetworkGivesTheSameProbabilities() throws IOException {
    requireSame(Networks.onDigits(MLP, 400, 0.1f));
  }

  @Test
  void convolutionalNetworkGivesTheSameProbabilities() throws IOException {
    requireSame(convolutional);
  }

  private void requireSame(TrainedModel model) throws IOException {
    Verification found = export(model, WeightType.FP32).description().verification();
    assertThat(found.real()).isTrue();
    assertThat(found.examples()).isEqualTo(10_000);
    assertThat(found.values()).isEqualTo(100_000);
    assertThat(found.maxDifference()).isLessThan(1e-5);
    assertThat(found.agreement()).isEqualTo(1);
    assertThat(found.before().get("accuracy")).isGreaterThan(0.8);
    assertThat(found.after().get("accuracy")).isEqualTo(found.before().get("accuracy"));
    requireSameWithoutExporter(model);
  }

  /** Compares again without the exporter's code. */
  private void requireSameWithoutExporter(TrainedModel model) throws IOException {
    Examples examples =
        RealExamples.read(Networks.FILES, model, DataChoice.RECORDED, 10_000).examples();
    try (OnnxModel opened = OnnxModel.open(folder.resolve("out").resolve(OnnxModel.FILE), 1);
        Outputs ours =
            LearnerOutputs.of(model.network(), model.normalization(), model.parameters())) {
      assertThat(opened.input("input").shape()).containsExactly(-1L, 784L);
      assertThat(opened.metadata()).containsEntry("shape", "1,28,28").containsKey("labels");
      byte[] pixels = ((io.centroid.data.Features.Pixels) examples.features()).values();
      float[] raw = new float[10_000 * 784];
      for (int i = 0; i < raw.length; i++) {
        raw[i] = pixels[i] & 0xFF;
      }
      float[] theirs = opened.run(raw, 10_000, "probabilities");
      float[] mine = ours.of(examples, 0, 10_000);
      assertThat(theirs).hasSameSizeAs(mine);
      double worst = 0;
      for (int i = 0; i < mine.length; i++) {
        worst = Math.max(worst, Math.abs((double) theirs[i] - mine[i]));
      }
      assertThat(worst).isLessThan(1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = WeightType.class,
      names = {"FP16", "INT8"})
  void fp16AndInt8LoseLittleAccuracy(WeightType weights) throws IOException {
    ExportedModel exported = export(convolutional, weights);
    Verification found = exported.description().verification();
    assertThat(found.maxDifference()).isPositive();
    assertThat(found.after().get("accuracy"))
        .isCloseTo(found.before().get("accuracy"), within(0.005));
    long bytes = exported.description().file(OnnxModel.FILE).bytes();
    assertThat(bytes)
        .isLessThan(
            4L * convolutional.parameters().length * (weights == WeightType.INT8 ? 30 : 55) / 100
                + 4000);
  }

  @Test
  void damagedExportIsDetectedAndDiscarded() throws IOException {
    TrainedModel model = Networks.onDigits(MLP, 20, 0.1f);
    ExportRequest request = request(model, WeightType.FP32);
    assertThatThrownBy(
            () ->
                ModelExporter.export(
                    request,
                    new ExportListener() {
                      @Override
                      public void onWritten(org.apache.hadoop.fs.Path written) {
                        damage(Path.of(written.toUri().getPath()).resolve(OnnxModel.FILE));
                      }
                    }))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("differs from the trained one by")
        .hasMessageContaining("the export was discarded");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  /** Flips the sign of weights in the middle of the file. */
  private static void damage(Path file) {
    try {
      byte[] content = Files.readAllBytes(file);
      for (int at = content.length / 2; at < content.length / 2 + 400; at++) {
        content[at] ^= (byte) 0x80;
      }
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ExportedModel export(TrainedModel model, WeightType weights) throws IOException {
    return ModelExporter.export(request(model, weights), ExportListener.NONE);
  }

  private ExportRequest request(TrainedModel model, WeightType weights) {
    return ExportRequest.of(
            Networks.FILES, model, Networks.hadoop(folder.resolve("out")), ExportFormat.ONNX)
        .withData(DataChoice.RECORDED)
        .withWeights(weights);
  }
}
