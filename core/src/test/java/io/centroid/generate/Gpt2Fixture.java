package io.centroid.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.kernels.FloatVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** A small trained GPT-2 with PyTorch's results. */
record Gpt2Fixture(Gpt2Config config, Gpt2Weights weights, JsonNode expected) {
  private static final Path FOLDER =
      Path.of(System.getProperty("centroid.shared", "../shared"), "fixtures", "gpt2-tiny");

  static Gpt2Fixture read() throws IOException {
    assumeTrue(Files.exists(FOLDER), FOLDER + " is not there");
    Gpt2Config config = new Gpt2Config(2, 2, 64, 128, 50257, 256, Gpt2Config.Dropout.NONE, 1e-5f);
    ParameterLayout layout = Gpt2Layout.of(config);
    float[] values = new float[(int) layout.parameterCount()];
    try (SafetensorsReader reader = SafetensorsReader.open(FOLDER.resolve("model.safetensors"))) {
      for (Entry entry : layout.entries()) {
        assertThat(reader.tensor(entry.name()).shape()).isEqualTo(entry.shape());
        reader.readFloats(entry.name(), values, (int) entry.offset());
      }
    }
    FloatVector parameters = FloatVector.allocate(values.length);
    parameters.load(values);
    return new Gpt2Fixture(
        config,
        Gpt2Weights.of(config, layout, parameters),
        new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile()));
  }

  JsonNode prompts() {
    return expected.get("prompts");
  }

  static int[] ids(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }
}
