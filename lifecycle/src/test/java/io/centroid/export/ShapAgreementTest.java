package io.centroid.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.Pythons;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.explain.Attribution;
import io.centroid.explain.KernelShap;
import io.centroid.explain.MaskedModel;
import io.centroid.explain.NetworkFunction;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.onnx.OnnxModel;
import io.centroid.random.RandomStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** KernelSHAP of a network, and of Python's package shap on its export in ONNX Runtime. */
class ShapAgreementTest {
  private static final int FEATURES = 10;
  private static final int OUTPUTS = 3;
  private static final Pattern NUMBER = Pattern.compile("-?\\d+\\.\\d+(e-?\\d+)?");

  @TempDir private Path folder;

  @Test
  void shapGivesTheSameValuesForTheExportedModel() throws Exception {
    String python = Pythons.with("shap, onnxruntime");
    TrainedModel model = network();
    ModelExporter.export(
        ExportRequest.of(
            Networks.FILES, model, Networks.hadoop(folder.resolve("out")), ExportFormat.ONNX),
        ExportListener.NONE);
    float[][] background = rows(20, 1);
    float[][] inputs = rows(3, 2);
    Path rows = folder.resolve("rows.json");
    Files.writeString(rows, Arrays.deepToString(new float[][][] {background, inputs}));
    double[] theirs =
        numbers(
            Pythons.run(
                python,
                """
                import json, sys
                import numpy as np, onnxruntime, shap
                session = onnxruntime.InferenceSession(sys.argv[1])
                background, inputs = [np.array(r) for r in json.load(open(sys.argv[2]))]
                predict = lambda x: session.run(["probabilities"], {"input": x.astype(np.float32)})[0]
                explainer = shap.KernelExplainer(predict, background)
                values = explainer.shap_values(inputs, nsamples=1024, l1_reg=False, silent=True)
                assert np.shape(values) == (3, 10, 3), np.shape(values)
                print("values", " ".join("%.8f" % v for v in np.ravel(values)))
                """,
                folder.resolve("out").resolve(OnnxModel.FILE).toString(),
                rows.toString()));
    assertThat(theirs).hasSize(inputs.length * FEATURES * OUTPUTS);
    assertThat(Arrays.stream(theirs).map(Math::abs).max().orElseThrow()).isGreaterThan(0.05);
    try (NetworkFunction function = NetworkFunction.of(model)) {
      for (int input = 0; input < inputs.length; input++) {
        List<Attribution> ours =
            new KernelShap(1024, 1)
                .explain(
                    new MaskedModel(
                        function, inputs[input], background, MaskedModel.columns(FEATURES)));
        for (int i = 0; i < FEATURES * OUTPUTS; i++) {
          assertThat(ours.get(i % OUTPUTS).contributions()[i / OUTPUTS])
              .as("input %d, feature %d, output %d", input, i / OUTPUTS, i % OUTPUTS)
              .isCloseTo(theirs[input * FEATURES * OUTPUTS + i], within(1e-4));
        }
      }
    }
  }

  private static double[] numbers(String printed) {
    Matcher matcher = NUMBER.matcher(printed.substring(printed.lastIndexOf("values")));
    return matcher.results().mapToDouble(found -> Double.parseDouble(found.group())).toArray();
  }

  /** A network whose outputs differ between rows: its initial parameters times 3. */
  private static TrainedModel network() throws IOException {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Mlp(List.of(16), Activation.TANH),
            InputShape.row(FEATURES),
            OUTPUTS,
            Loss.CROSS_ENTROPY,
            5);
    Learner learner = spec.newLearner();
    float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
    learner.parameters().store(parameters);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] *= 3;
    }
    float[] mean = new float[FEATURES];
    float[] scale = new float[FEATURES];
    Arrays.fill(mean, 0.2f);
    Arrays.fill(scale, 1.5f);
    return Networks.model(spec, new Normalization(mean, scale), learner, parameters, Map.of());
  }

  private static float[][] rows(int count, long seed) {
    RandomStream random = new RandomStream(seed);
    float[][] rows = new float[count][FEATURES];
    for (float[] row : rows) {
      for (int i = 0; i < FEATURES; i++) {
        row[i] = (float) (2 * random.nextDouble() - 1);
      }
    }
    return rows;
  }
}
