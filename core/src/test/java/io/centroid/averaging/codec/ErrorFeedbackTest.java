package io.centroid.averaging.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.centroid.io.HalfFloat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorFeedbackTest {
  private static final int LENGTH = 2 * Codec.BLOCK + 77;
  private static final int ROUNDS = 200;

  /** Codecs and the largest residual each may have on values of at most 1. */
  static Stream<Arguments> quanta() {
    return Stream.of(
        Arguments.of(new Float32Codec(), 0.0),
        Arguments.of(new HalfCodec(HalfFloat.FP16), 0x1p-11),
        Arguments.of(new HalfCodec(HalfFloat.BF16), 0x1p-8),
        Arguments.of(new Int8Codec(), 0.5 * 1.01 / 127));
  }

  /** Without feedback a delta of 0.3 quanta would be lost completely, 200 times. */
  @ParameterizedTest
  @MethodSource("quanta")
  void theSumOfPayloadsIsWithinOneQuantumOfTheSumOfDeltas(Codec codec, double quantum) {
    double[] meant = new double[LENGTH];
    double[] sent = new double[LENGTH];
    float[] residual = null;
    for (int round = 0; round < ROUNDS; round++) {
      float[] delta = delta(round);
      Compressed compressed = compress(codec, delta, residual, Codec.BLOCK);
      add(meant, delta);
      add(sent, decode(codec, compressed, Codec.BLOCK));
      residual = compressed.residual();
    }
    for (int i = 0; i < LENGTH; i++) {
      double drift = Math.abs(meant[i] - sent[i]);
      // The sums of delta and residual are floats: each round may round once.
      assertThat(drift).as("value %d", i).isLessThanOrEqualTo(quantum + ROUNDS * 0x1p-25);
    }
    assertThat(residual == null).isEqualTo(codec.isExact());
  }

  @Test
  void topKSendsEveryValueEventually() {
    Codec codec = new TopKCodec(0.05);
    float[] first = new float[LENGTH];
    Arrays.fill(first, 0.5f);
    double[] sent = new double[LENGTH];
    Compressed compressed = compress(codec, first, null, Codec.BLOCK);
    add(sent, decode(codec, compressed, Codec.BLOCK));
    for (int round = 1; round < 20; round++) {
      compressed = compress(codec, new float[LENGTH], compressed.residual(), Codec.BLOCK);
      add(sent, decode(codec, compressed, Codec.BLOCK));
    }
    assertThat(sent).containsOnly(0.5);
    assertThat(compressed.residual()).containsOnly(0);
  }

  /** The residual of an unsent value is at most the sum of its deltas since it was sent. */
  @Test
  void theResidualOfTopKIsTheUnsentSumAndStaysBounded() {
    Codec codec = new TopKCodec(0.1);
    double[] meant = new double[LENGTH];
    double[] sent = new double[LENGTH];
    float[] residual = null;
    for (int round = 0; round < ROUNDS; round++) {
      Compressed compressed = compress(codec, delta(round), residual, Codec.BLOCK);
      add(meant, delta(round));
      add(sent, decode(codec, compressed, Codec.BLOCK));
      residual = compressed.residual();
    }
    float[] left = Objects.requireNonNull(residual);
    for (int i = 0; i < LENGTH; i++) {
      assertThat(Math.abs(meant[i] - sent[i] - left[i])).isLessThan(1e-4);
      assertThat(Math.abs(left[i])).isLessThan(8);
    }
  }

  @ParameterizedTest
  @MethodSource("quanta")
  void slicesAreBitwiseIdenticalToTheWhole(Codec codec, double quantum) {
    float[] residual = delta(9);
    Compressed whole = compress(codec, delta(1), residual, 4 * Codec.BLOCK);
    Compressed sliced = compress(codec, delta(1), residual, Codec.BLOCK);
    assertThat(whole.slices()).hasSize(1);
    assertThat(sliced.slices()).hasSize(3);
    assertThat(decode(codec, sliced, Codec.BLOCK)).isEqualTo(decode(codec, whole, 4 * Codec.BLOCK));
    assertThat(sliced.residual()).isEqualTo(whole.residual());
    assertThat(residual).isEqualTo(delta(9));
  }

  @Test
  void aSliceThatDoesNotBeginWithABlockIsRejected() {
    Codec codec = new Int8Codec();
    for (int wrong : new int[] {-4096, -1, 100, Codec.BLOCK + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ErrorFeedback.slice(codec, delta(0), null, null, wrong))
          .withMessage("a slice must begin at a multiple of 4096: " + wrong);
    }
  }

  @Test
  void aResidualThatEndsBeforeTheSliceIsRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ErrorFeedback.slice(new Int8Codec(), delta(0), new float[3], null, Codec.BLOCK))
        .withMessage("the residual has 3 values, the slice ends at " + (Codec.BLOCK + LENGTH));
  }

  /**
   * A delta's slices.
   *
   * @param residual residual of the delta; null for a lossless codec
   */
  private record Compressed(List<byte[]> slices, float @Nullable [] residual) {}

  private static Compressed compress(
      Codec codec, float[] delta, float @Nullable [] residual, int sliceLength) {
    float[] left = codec.isExact() ? null : new float[delta.length];
    List<byte[]> slices = new ArrayList<>();
    for (int from = 0; from < delta.length; from += sliceLength) {
      float[] slice = Arrays.copyOfRange(delta, from, Math.min(from + sliceLength, delta.length));
      slices.add(ErrorFeedback.slice(codec, slice, residual, left, from));
    }
    return new Compressed(slices, left);
  }

  private static float[] decode(Codec codec, Compressed compressed, int sliceLength) {
    float[] values = new float[LENGTH];
    for (int slice = 0; slice < compressed.slices().size(); slice++) {
      int from = slice * sliceLength;
      int to = Math.min(from + sliceLength, LENGTH);
      codec.decode(compressed.slices().get(slice), values, from, to);
    }
    return values;
  }

  private static void add(double[] sums, float[] values) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values[i];
    }
  }

  /**
   * One value in 256 is 0.99, which sets the scale; the others are a little, always the same way.
   */
  private static float[] delta(int round) {
    SplittableRandom random = new SplittableRandom(round);
    float[] values = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      float little = (float) (0.3 / 127 * (0.5 + random.nextDouble()));
      values[i] = i % 256 == 0 ? (round % 2 == 0 ? 0.99f : -0.99f) : little;
    }
    return values;
  }
}
