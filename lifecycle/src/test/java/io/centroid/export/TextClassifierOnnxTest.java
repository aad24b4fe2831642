package io.centroid.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.export.verify.Verification;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A GPT-2 classifier of texts of different lengths, padded on the right. */
class TextClassifierOnnxTest {
  @TempDir private Path folder;

  static TrainedModel classifier() {
    Gpt2Config config = new Gpt2Config(2, 2, 16, 20, 50, 64, Gpt2Config.Dropout.NONE, 1e-5f);
    TrainedModel untrained =
        Networks.untrained(
            new NetworkSpec(
                new Architecture.Gpt2(config, true, Gpt2Execution.DEFAULT),
                InputShape.row(20),
                3,
                Loss.CROSS_ENTROPY,
                11),
            Normalization.NONE);
    return new TrainedModel(
        untrained.path(),
        untrained.network(),
        untrained.normalization(),
        untrained.layout(),
        untrained.seed(),
        untrained.workers(),
        untrained.dataKeys(),
        List.of("bad", "so, so", "good"),
        null,
        untrained.tokenizerFiles(),
        untrained.directory(),
        () -> scaled(untrained.parameters()));
  }

  /** Scales the initial weights up, since they are too small to tell texts apart. */
  private static float[] scaled(float[] parameters) {
    float[] scaled = parameters.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= 5;
    }
    return scaled;
  }

  @ParameterizedTest
  @EnumSource(WeightType.class)
  void givesTheSameProbabilities(WeightType weights) throws IOException {
    ExportedModel exported =
        ModelExporter.export(
            ExportRequest.of(
                    Networks.FILES,
                    classifier(),
                    Networks.hadoop(folder.resolve("out")),
                    ExportFormat.ONNX)
                .withWeights(weights),
            ExportListener.NONE);
    Verification found = exported.description().verification();
    assertThat(found.values()).isEqualTo(64 * 3);
    assertThat(found.maxDifference())
        .isLessThan(
            switch (weights) {
              case FP32 -> 1e-5;
              case FP16 -> 0.02;
              case INT8 -> 0.3;
            });
    assertThat(exported.description().task()).isEqualTo(Task.CLASSIFICATION);
    try (OnnxModel model = OnnxModel.open(folder.resolve("out").resolve(OnnxModel.FILE), 1)) {
      assertThat(model.metadata()).containsEntry("labels", "[\"bad\",\"so, so\",\"good\"]");
      assertThat(model.inputs().keySet()).containsExactly("input_ids", "attention_mask");
      assertThat(model.output("probabilities").shape()).containsExactly(-1L, 3L);
    }
  }
}
