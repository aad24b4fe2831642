package io.centroid.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.generate.decoder.DecoderWeights;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.gpt2.TinyShakespeare;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.matrix.LowPrecision;
import io.centroid.nn.matrix.WeightFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Decoding with packed weights on a small trained GPT-2. */
class PackedDecodingTest {
  /** Tokens of a text of the fixture's validation set, and the last one's target. */
  private static final int BLOCK = 129;

  @ParameterizedTest
  @CsvSource({"BFLOAT16, 1", "BFLOAT16, 2", "INT8, 1", "INT8, 2"})
  void validationLossIsThatOfTheFloats(WeightFormat format, int threads) throws IOException {
    LowPrecision.assume(format);
    Gpt2Fixture fixture = Gpt2Fixture.read();
    int[] tokens = TinyShakespeare.ids();
    int from = (int) (tokens.length * 9L / 10);
    int blocks = fixture.expected().get("val_blocks").asInt();
    double loss = 0;
    try (DecoderWeights weights = packed(fixture, format, threads);
        Generator generator = new Generator(fixture.config(), weights, null, 0)) {
      for (int block = 0; block < blocks; block++) {
        int first = from + block * (BLOCK - 1);
        int[] ids = Arrays.copyOfRange(tokens, first, first + BLOCK);
        loss -= DoubleStream.of(generator.logProbabilities(ids)).sum();
      }
    }

    double expected = fixture.expected().get("val_loss").asDouble();
    double found = loss / ((BLOCK - 1) * (double) blocks);
    // A perplexity within 0.5 % is a loss within 0.005.
    assertThat(found).isCloseTo(expected, within(0.005)).isNotEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "INT8"})
  void textsDoNotDependOnThreads(WeightFormat format) throws IOException {
    LowPrecision.assume(format);
    List<List<Generation>> all = new ArrayList<>();
    for (int threads = 1; threads <= 3; threads++) {
      Gpt2Fixture fixture = Gpt2Fixture.read();
      List<int[]> prompts = new ArrayList<>();
      fixture.prompts().forEach(prompt -> prompts.add(Gpt2Fixture.ids(prompt.get("ids"))));
      try (DecoderWeights weights = packed(fixture, format, threads);
          Generator generator = new Generator(fixture.config(), weights, null, 4)) {
        all.add(
            generator.generate(
                prompts, Sampling.GREEDY, StopCriteria.after(20), TokenListener.NONE));
      }
    }

    List<int[]> alone = all.get(0).stream().map(Generation::ids).toList();
    assertThat(all.get(1)).extracting(Generation::ids).containsExactlyElementsOf(alone);
    assertThat(all.get(2)).extracting(Generation::ids).containsExactlyElementsOf(alone);
  }

  @Test
  void floatsThatHaveBeenPackedAreClosed() {
    LowPrecision.assume(WeightFormat.INT8);
    Gpt2Config config = new Gpt2Config(1, 2, 32, 8, 50, 64, Gpt2Config.Dropout.NONE, 1e-5f);
    Map<String, FloatVector> tensors = new HashMap<>();
    for (ParameterLayout.Entry entry : Gpt2Layout.of(config).entries()) {
      tensors.put(entry.name(), FloatVector.allocate(entry.size()));
    }
    Gpt2Weights floats = Gpt2Weights.of(config, tensors);

    new DecoderWeights(config, floats, WeightFormat.INT8, 1).close();

    float[] one = new float[1];
    floats.tokens().read(0, one, 1);
    floats.blocks().get(0).hidden().bias().read(0, one, 1);
    assertThatThrownBy(() -> floats.blocks().get(0).hidden().weight().read(0, one, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  private static DecoderWeights packed(Gpt2Fixture fixture, WeightFormat format, int threads) {
    return new DecoderWeights(fixture.config(), fixture.weights(), format, threads);
  }
}
