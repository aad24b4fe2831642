package io.centroid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.TargetScaling;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.nn.FakeEngine;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final LearnerFactory OTHER = new FakeEngine("other", List.of("cnn", "dl4j"));
  private static final Engines ENGINES = Engines.of(new CpuEngine(), OTHER);

  static Stream<Architecture> architectures() {
    return Stream.of(
        new Architecture.Mlp(List.of(), Activation.IDENTITY),
        new Architecture.Mlp(List.of(128, 64), Activation.GELU),
        new Architecture.Cnn(List.of(8, 16), 5, List.of(32), Activation.RELU),
        new Architecture.Dl4j("{\n \"confs\" : [\"\u00e9\"]}"));
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void aNetworkReadsBackAsItWasWritten(Architecture architecture) throws IOException {
    for (Loss loss : Loss.values()) {
      NetworkSpec spec =
          new NetworkSpec(
              architecture,
              new InputShape(3, 28, 14),
              10,
              loss,
              Long.MIN_VALUE,
              ENGINES.engine(architecture));
      JsonNode node = JSON.readTree(ModelJson.write(spec).toString());
      assertThat(ModelJson.read("manifest.json", node, ENGINES)).isEqualTo(spec);
    }
  }

  @Test
  void theBackendKeyOfEarlierReleasesIsIgnored() throws IOException {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Mlp(List.of(3), Activation.RELU),
            InputShape.row(3),
            1,
            Loss.BINARY_CROSS_ENTROPY,
            1);
    ObjectNode node = ModelJson.write(spec);
    assertThat(node.has("backend")).isFalse();
    node.put("backend", "nd4j");
    assertThat(ModelJson.read("manifest.json", node, ENGINES)).isEqualTo(spec);
  }

  @Test
  void aNormalizationReadsBackBitwiseIdentically() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    float[] mean = new float[2000];
    float[] scale = new float[2000];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = Float.intBitsToFloat((random.nextInt() & 0x7F7FFFFF));
      scale[i] = (float) random.nextDouble();
    }
    Normalization normalization = new Normalization(mean, scale);
    JsonNode node = JSON.readTree(Json.tree(ModelJson.Scaling.of(normalization)).toString());
    assertThat(normalization("manifest.json", node)).isEqualTo(normalization);
    assertThat(node.has("target")).isFalse();
    Normalization scaled =
        normalization.withTargets(new TargetScaling(415_056.1 / 3, Math.PI * 1e-40));
    node = JSON.readTree(Json.tree(ModelJson.Scaling.of(scaled)).toString());
    assertThat(normalization("manifest.json", node)).isEqualTo(scaled).isNotEqualTo(normalization);
  }

  @Test
  void aStandardizedFeatureOfMeanZeroAndDeviationOneStaysImputed() throws IOException {
    Normalization none = new Normalization(new float[] {0}, new float[] {1});
    Normalization standardized = none.withImputation();
    assertThat(standardized).isNotEqualTo(none);
    JsonNode node = JSON.readTree(Json.tree(ModelJson.Scaling.of(standardized)).toString());
    assertThat(normalization("manifest.json", node)).isEqualTo(standardized);
    node = JSON.readTree(Json.tree(ModelJson.Scaling.of(none)).toString());
    assertThat(node.has("imputes")).isFalse();
    assertThat(normalization("manifest.json", node)).isEqualTo(none);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"mean\":1,\"deviation\":0}|target.deviation: expected a finite number above 0, found 0",
        "{\"mean\":1,\"deviation\":-2.5}|target.deviation: expected a finite number above 0, found"
            + " -2.5",
        "{\"mean\":1}|target.deviation is missing",
        "{\"mean\":\"a\",\"deviation\":1}|target.mean: expected a finite number, found the string"
            + " \"a\"",
        "[]|target: expected an object, found an array"
      })
  void anInvalidScalingOfTargetsIsRejected(String target, String message) throws IOException {
    JsonNode node = JSON.readTree("{\"mean\":[0],\"scale\":[2],\"target\":" + target + "}");
    assertThatThrownBy(() -> normalization("m", node))
        .isInstanceOf(InputException.class)
        .hasMessage("m: key data.normalization." + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1}", "1", "null"})
  void aNormalizationThatIsNotAnArrayIsRejected(String mean) throws IOException {
    JsonNode node = JSON.readTree("{\"mean\":" + mean + ",\"scale\":[2]}");
    assertThatThrownBy(() -> normalization("m", node))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "m: key data.normalization.mean: expected an array, found "
                + (mean.startsWith("{") ? "an object" : mean));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name|\"rnn\"|model.name: expected mlp, cnn, dl4j or gpt2, found rnn",
        "hidden|[0]|model.hidden: expected positive whole numbers, found [0]",
        "hidden|[1.5]|model.hidden[0]: expected an integer, found 1.5",
        "hidden|null|model.hidden: expected an array, found null",
        "hidden|[null]|model.hidden[0]: expected an integer, found null",
        "activation|\"swish\"|model.activation: expected relu or tanh or sigmoid or gelu or"
            + " identity, found the string \"swish\"",
        "activation|\" relu\"|model.activation: expected relu or tanh or sigmoid or gelu or"
            + " identity, found the string \" relu\"",
        "outputs|\"ten\"|model.outputs: expected an integer, found the string \"ten\"",
        "outputs|0|model.outputs: expected a positive whole number, found 0",
        "input|[1, 2]|model.input: expected 3 positive whole numbers, found [1,2]",
        "loss|7|model.loss: expected cross-entropy or binary-cross-entropy or mean-squared-error,"
            + " found 7"
      })
  void anInvalidNetworkIsRejected(String key, String value, String message) throws IOException {
    NetworkSpec spec =
        new NetworkSpec(
            new Architecture.Mlp(List.of(3), Activation.RELU),
            InputShape.row(3),
            2,
            Loss.CROSS_ENTROPY,
            1);
    ObjectNode node = ModelJson.write(spec);
    node.set(key, JSON.readTree(value));
    assertThatThrownBy(() -> ModelJson.read("manifest.json", node, ENGINES))
        .isInstanceOf(InputException.class)
        .hasMessage("manifest.json: key " + message);
  }

  private static Normalization normalization(String file, JsonNode node) {
    return Json.read(file, "data.normalization", node, ModelJson.Scaling.class).normalization();
  }
}
