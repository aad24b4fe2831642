package io.centroid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.data.Batch;
import io.centroid.data.Normalization;
import io.centroid.error.InputException;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A custom network: y = a * exp(b . x). */
class OwnEngineTest {
  @TempDir private Path folder;

  private record Exponential() implements LearnerFactory {
    @Override
    public String name() {
      return "exponential-engine";
    }

    @Override
    public boolean supports(Architecture architecture) {
      return architecture instanceof Architecture.Custom custom
          && custom.name().equals("exponential");
    }

    @Override
    public Learner create(NetworkSpec spec) {
      String start = ((Architecture.Custom) spec.architecture()).settings().get("start");
      return new ExponentialLearner(layout(spec), Float.parseFloat(start));
    }

    @Override
    public ParameterLayout layout(NetworkSpec spec) {
      long inputs = spec.input().size();
      return new ParameterLayout(
          List.of(
              new ParameterLayout.Entry("b", List.of(inputs), 0, ParameterLayout.Role.WEIGHT),
              new ParameterLayout.Entry("a", List.of(1L), inputs, ParameterLayout.Role.BIAS)));
    }

    @Override
    public Map<String, String> versions() {
      return Map.of("exponential-engine", "1");
    }
  }

  private static final class ExponentialLearner implements Learner {
    private final ParameterLayout layout;
    private final FloatVector parameters;
    private final FloatVector gradient;
    private final float[] values;

    ExponentialLearner(ParameterLayout layout, float start) {
      this.layout = layout;
      this.values = new float[(int) layout.parameterCount()];
      this.parameters = FloatVector.allocate(values.length);
      this.gradient = FloatVector.allocate(values.length);
      values[values.length - 1] = start;
      parameters.load(values);
    }

    @Override
    public ParameterLayout layout() {
      return layout;
    }

    @Override
    public FloatVector parameters() {
      return parameters;
    }

    @Override
    public FloatVector gradient() {
      return gradient;
    }

    @Override
    public double gradient(Batch batch, long seed) {
      float[] outputs = predict(batch);
      float[] sums = new float[values.length];
      double loss = 0;
      int inputs = values.length - 1;
      for (int row = 0; row < batch.size(); row++) {
        float error = outputs[row] - batch.targets()[row];
        loss += error * error;
        float outer = 2 * error / batch.size();
        for (int i = 0; i < inputs; i++) {
          sums[i] += outer * outputs[row] * batch.inputs()[row * inputs + i];
        }
        sums[inputs] += outer * outputs[row] / values[inputs];
      }
      gradient.load(sums);
      return loss / batch.size();
    }

    @Override
    public int outputs() {
      return 1;
    }

    @Override
    public float[] predict(Batch batch) {
      parameters.store(values);
      int inputs = values.length - 1;
      float[] outputs = new float[batch.size()];
      for (int row = 0; row < outputs.length; row++) {
        float exponent = 0;
        for (int i = 0; i < inputs; i++) {
          exponent += values[i] * batch.inputs()[row * inputs + i];
        }
        outputs[row] = values[inputs] * (float) StrictMath.exp(exponent);
      }
      return outputs;
    }

    @Override
    public void close() {
      parameters.close();
      gradient.close();
    }
  }

  @Test
  void aCustomNetworkIsTrainedSavedAndLoaded() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    float[][] rows = new float[500][2];
    float[] targets = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {(float) random.nextDouble(), (float) random.nextDouble()};
      targets[i] = 2 * (float) Math.exp(0.5 * rows[i][0] - rows[i][1]);
    }
    Dataset data = Dataset.of(rows, targets).normalization(Normalization.Method.NONE);
    String saved = folder.resolve("saved").toString();
    try (Model model =
        Trainer.of(Networks.of(new Exponential(), "exponential", Map.of("start", "1"), 2, 1))
            .optimizer(Optimizers.adamW(0.02))
            .workers(2)
            .batchSize(10)
            .localSteps(5)
            .epochs(20)
            .train(data)) {
      assertThat(model.evaluate(data).loss()).isLessThan(1e-3);
      model.save(saved);
    }
    try (Model model = Model.load(saved, new Exponential())) {
      assertThat(model.predict(1, 0).value()).isCloseTo(2 * (float) Math.exp(0.5), within(0.05f));
    }
    assertThatThrownBy(() -> Model.load(saved))
        .isInstanceOf(InputException.class)
        .hasMessage("model.name = exponential is supported by none of this program's engines: cpu");
  }
}
