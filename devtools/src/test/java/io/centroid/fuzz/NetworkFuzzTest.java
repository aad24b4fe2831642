package io.centroid.fuzz;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.centroid.data.InputShape;
import io.centroid.dl4j.Dl4jJson;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Fuzz target for DL4J's network JSON. Networks are only validated, because creating one allocates
 * its parameters.
 */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class NetworkFuzzTest {
  private static final Architecture.Mlp MLP = new Architecture.Mlp(List.of(3), Activation.RELU);

  static final FuzzTarget NETWORK =
      new FuzzTarget(
          8 << 20,
          4000,
          content -> Dl4jJson.check("network.json", new String(content, StandardCharsets.UTF_8)),
          NetworkFuzzTest::networks);

  @FieldSource("NETWORK")
  @DictionaryEntries({
    "\"@class\": ",
    "org.deeplearning4j.nn.conf.layers.OutputLayer",
    "org.nd4j.linalg.learning.config.Adam",
    "java.lang.Object",
    "org.nd4j.linalg.dataset.DataSet",
    "\"confs\"",
    "\"vertices\"",
    "\"layer\"",
    "\"nin\"",
    "\"iUpdater\"",
    "TruncatedBPTT"
  })
  @FuzzTest
  void network(byte[] input) throws Exception {
    NETWORK.check(input);
  }

  private static List<byte[]> networks() {
    String mlp = Dl4jJson.of(spec(InputShape.row(4)), MLP);
    String cnn =
        Dl4jJson.of(
            spec(new InputShape(1, 8, 8)),
            new Architecture.Cnn(List.of(2), 3, List.of(3), Activation.TANH));
    return Stream.of(
            mlp,
            cnn,
            graph(),
            mlp.replace("\"layer\"", "\"layers\""),
            mlp.replace("layers.OutputLayer", "layers." + "x".repeat(1000)),
            "{\"confs\":" + "[".repeat(5000))
        .map(Inputs::utf8)
        .toList();
  }

  private static NetworkSpec spec(InputShape input) {
    return new NetworkSpec(MLP, input, 3, Loss.CROSS_ENTROPY, 1);
  }

  private static String graph() {
    try (InputStream stream = NetworkFuzzTest.class.getResourceAsStream("graph.json")) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
