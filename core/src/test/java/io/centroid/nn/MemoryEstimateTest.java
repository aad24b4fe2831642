package io.centroid.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.InputShape;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.nn.matrix.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The expected numbers are computed by hand. */
class MemoryEstimateTest {
  private static final NetworkSpec DENSE =
      new NetworkSpec(
          new Architecture.Mlp(List.of(20, 10), Activation.RELU),
          InputShape.row(30),
          5,
          Loss.CROSS_ENTROPY,
          1);

  /** 2 layers, 2 heads, width 8, 16 positions, 100 tokens; MLPs of width 32. */
  private static NetworkSpec gpt2(int microBatch, boolean recomputes, boolean classifies) {
    Gpt2Config config = new Gpt2Config(2, 2, 8, 16, 100, 32, Gpt2Config.Dropout.NONE, 1e-5f);
    return new NetworkSpec(
        new Architecture.Gpt2(
            config, classifies, new Gpt2Execution(1, microBatch, recomputes, Precision.FLOAT32)),
        InputShape.row(12),
        classifies ? 3 : 100,
        Loss.CROSS_ENTROPY,
        1);
  }

  private static MemoryEstimate of(NetworkSpec network, int moments, int batchSize) {
    return MemoryEstimate.of(network, moments, batchSize).orElseThrow();
  }

  @Test
  void dense() {
    // 30 * 20 + 20 + 20 * 10 + 10 + 10 * 5 + 5 = 885 parameters of 4 bytes.
    // An example has 30 inputs, and 20 + 10 + 5 outputs of layers four times: 170 floats.
    // AdamW has two moments, and one more vector in a step.
    assertThat(of(DENSE, 2, 7)).isEqualTo(new MemoryEstimate(3_540, 3_540, 10_620, 4 * 7 * 170));
    assertThat(of(DENSE, 1, 7).moments()).isEqualTo(3_540);
  }

  @Test
  void languageModel() {
    // Embeddings 100 * 8 + 16 * 8 = 928. A block: norms 4 * 8, attention 8 * 24 + 24 + 8 * 8 + 8,
    // MLP 8 * 32 + 32 + 32 * 8 + 8: 872. Two blocks and the last norm: 928 + 1744 + 16 = 2688.
    // 3 examples are 36 tokens. A block: 36 * (10 * 8 + 2 * 32) = 5184.
    // Streams 36 * 8 * 4 = 1152; three blocks 15552; logits 3 * 36 * 100 = 10800: 27504.
    assertThat(of(gpt2(0, false, false), 2, 3))
        .isEqualTo(new MemoryEstimate(10_752, 10_752, 32_256, 4 * 27_504));
  }

  @Test
  void aMicroBatchTakesTheMemoryOfItsExamples() {
    assertThat(of(gpt2(3, false, false), 2, 300)).isEqualTo(of(gpt2(0, false, false), 2, 3));
    assertThat(of(gpt2(8, false, false), 2, 3)).isEqualTo(of(gpt2(0, false, false), 2, 3));
  }

  @Test
  void activationCheckpointingKeepsOneBlock() {
    // Streams 1152, two blocks 10368, logits 10800.
    assertThat(of(gpt2(0, true, false), 0, 3).activations()).isEqualTo(4 * 22_320);
  }

  @Test
  void aClassifierScoresOneTokenOfAText() {
    // Streams 1152, three blocks 15552, logits 3 * 3 * 3 = 27.
    assertThat(of(gpt2(0, false, true), 0, 3).activations()).isEqualTo(4 * 16_731);
  }

  /** GPT-2 small, 16 texts of 1,024 tokens: 3.3 GB of logits would not be in memory at once. */
  @Test
  void logitsAreComputedInParts() {
    Gpt2Config config = Gpt2Config.Size.SMALL.config();
    NetworkSpec small =
        new NetworkSpec(
            new Architecture.Gpt2(config, false, Gpt2Execution.DEFAULT),
            InputShape.row(1024),
            config.vocabulary(),
            Loss.CROSS_ENTROPY,
            1);
    // Tokens 16384. A block with dropout: (14 * 768 + 2 * 3072) * 16384; 13 of them.
    // Streams 16384 * 768 * 14. Three times 2^26 logits.
    assertThat(of(small, 2, 16).activations())
        .isEqualTo(4L * (16_384L * 768 * 14 + 13 * 16_384L * 16_896 + 3 * (1L << 26)));
  }

  @Test
  void otherNetworksAreUnknown() {
    NetworkSpec cnn =
        new NetworkSpec(
            new Architecture.Cnn(List.of(2), 3, List.of(), Activation.RELU),
            new InputShape(1, 8, 8),
            5,
            Loss.CROSS_ENTROPY,
            1);
    assertThat(MemoryEstimate.of(cnn, 2, 3)).isEmpty();
  }

  @Test
  void theDescriptionHasTheSumAndItsParts() {
    assertThat(new MemoryEstimate(100L << 20, 100L << 20, 200L << 20, 1).description())
        .isEqualTo(
            "a worker needs about 1,169 MiB on its GPU: parameters 100 MiB, gradients 100 MiB,"
                + " optimizer 200 MiB, activations 1 MiB, libraries 768 MiB");
  }
}
