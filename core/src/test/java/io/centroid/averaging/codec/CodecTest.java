package io.centroid.averaging.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.io.HalfFloat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {
  private static final int LENGTH = 5 * Codec.BLOCK + 1234;

  static List<Codec> codecs() {
    return List.of(
        new Float32Codec(),
        new HalfCodec(HalfFloat.FP16),
        new HalfCodec(HalfFloat.BF16),
        new Int8Codec(),
        new TopKCodec(0.01),
        new TopKCodec(1));
  }

  @ParameterizedTest
  @CsvSource({
    "none, 100000, 400000",
    "fp16, 100000, 200000",
    "bf16, 100000, 200000",
    "int8, 100000, 101564",
    "int8, 1, 5",
    "int8, 256, 260",
    "int8, 257, 265",
    "top-k, 4096, 246",
    "top-k, 100000, 6006",
    "top-k, 1, 6",
    "top-k, 0, 0",
    "int8, 0, 0"
  })
  void payloadsHaveTheirSizes(String name, int count, int bytes) {
    Codec codec = Codec.of(Codec.Name.valueOf(name.toUpperCase().replace('-', '_')), 0.01);
    assertThat(codec.size(count)).isEqualTo(bytes);
    assertThat(codec.encode(new float[count], 0, count)).hasSize(bytes);
  }

  @Test
  void int8TakesAtMost27PercentOfTheFloats() {
    assertThat(new Int8Codec().size(100_000)).isLessThan((int) (0.27 * 400_000));
    assertThat(new Int8Codec().size(Codec.BLOCK)).isEqualTo(4160);
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void slicesHaveTheBytesOfTheWhole(Codec codec) {
    float[] values = values(LENGTH);
    byte[] whole = codec.encode(values, 0, LENGTH);
    float[] decoded = new float[LENGTH];
    codec.decode(whole, decoded, 0, LENGTH);
    for (int slice : new int[] {Codec.BLOCK, 2 * Codec.BLOCK, 8 * Codec.BLOCK}) {
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      float[] pieces = new float[LENGTH];
      Arrays.fill(pieces, 7);
      for (int from = 0; from < LENGTH; from += slice) {
        int to = Math.min(from + slice, LENGTH);
        byte[] payload = codec.encode(values, from, to);
        joined.writeBytes(payload);
        codec.decode(payload, pieces, from, to);
        float[] alone = new float[to - from];
        codec.decode(payload, alone, 0, to - from);
        assertThat(alone).isEqualTo(Arrays.copyOfRange(decoded, from, to));
      }
      assertThat(joined.toByteArray()).isEqualTo(whole);
      assertThat(pieces).isEqualTo(decoded);
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void onlyTheSliceIsWritten(Codec codec) {
    float[] into = new float[3 * Codec.BLOCK];
    Arrays.fill(into, 7);
    codec.decode(
        codec.encode(new float[Codec.BLOCK], 0, Codec.BLOCK), into, Codec.BLOCK, 2 * Codec.BLOCK);
    for (int i = 0; i < into.length; i++) {
      assertThat(into[i]).isEqualTo(i / Codec.BLOCK == 1 ? 0 : 7);
    }
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        Arguments.of(new Float32Codec(), 0.0, 0.0),
        Arguments.of(new HalfCodec(HalfFloat.FP16), 0x1p-11, 0x1p-25),
        Arguments.of(new HalfCodec(HalfFloat.BF16), 0x1p-8, 0.0));
  }

  /**
   * A rounded value is off by half a unit in its last place: relative, or absolute if subnormal.
   */
  @ParameterizedTest
  @MethodSource("errors")
  void roundingIsToTheNearest(Codec codec, double relative, double absolute) {
    float[] values = values(LENGTH);
    float[] decoded = roundTrip(codec, values);
    double largest = 0;
    for (int i = 0; i < LENGTH; i++) {
      double error = Math.abs((double) decoded[i] - values[i]);
      assertThat(error).isLessThanOrEqualTo(Math.max(relative * Math.abs(values[i]), absolute));
      largest = Math.max(largest, error / Math.abs(values[i]));
    }
    assertThat(largest).isGreaterThanOrEqualTo(0.9 * relative);
  }

  @Test
  void int8IsOffByHalfAQuantumOfItsGroup() {
    float[] values = values(LENGTH);
    float[] decoded = roundTrip(new Int8Codec(), values);
    for (int from = 0; from < LENGTH; from += 256) {
      double most = 0;
      for (int i = from; i < Math.min(from + 256, LENGTH); i++) {
        most = Math.max(most, Math.abs(values[i]));
      }
      for (int i = from; i < Math.min(from + 256, LENGTH); i++) {
        assertThat(Math.abs((double) decoded[i] - values[i]))
            .isLessThanOrEqualTo(most / 127 / 2 * (1 + 1e-4));
      }
    }
  }

  @Test
  void int8KeepsTheWholeNumbersOfItsScale() {
    float[] values = new float[255];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i - 127) * 0.25f;
    }
    assertThat(roundTrip(new Int8Codec(), values)).isEqualTo(values);
    byte[] bytes = new Int8Codec().encode(values, 0, values.length);
    assertThat(Arrays.copyOf(bytes, 6)).containsExactly(0, 0, 0x80, 0x3e, -127, -126);
  }

  @Test
  void topKKeepsTheLargestMagnitudesExactlyAndBreaksTiesByIndex() {
    float[] values = new float[Codec.BLOCK + 100];
    Arrays.fill(values, 0.5f);
    values[4000] = -3.25f;
    values[17] = 2;
    values[Codec.BLOCK + 99] = -1e-30f;
    Arrays.fill(values, Codec.BLOCK, Codec.BLOCK + 99, 0);
    float[] decoded = roundTrip(new TopKCodec(5.0 / Codec.BLOCK), values);
    float[] expected = new float[values.length];
    expected[0] = 0.5f;
    expected[1] = 0.5f;
    expected[2] = 0.5f;
    expected[17] = 2;
    expected[4000] = -3.25f;
    expected[Codec.BLOCK + 99] = -1e-30f;
    assertThat(decoded).isEqualTo(expected);
  }

  @Test
  void topKSelectsLikeASort() {
    float[] values = values(Codec.BLOCK);
    float[] decoded = roundTrip(new TopKCodec(0.05), values);
    float[] magnitudes = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      magnitudes[i] = Math.abs(values[i]);
    }
    Arrays.sort(magnitudes);
    float least = magnitudes[values.length - 205];
    for (int i = 0; i < values.length; i++) {
      assertThat(decoded[i]).isEqualTo(Math.abs(values[i]) >= least ? values[i] : 0);
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void finiteExtremesStayFinite(Codec codec) {
    float[] extremes = {
      0f,
      -0f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MIN_NORMAL,
      1e-42f,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      65519,
      65520,
      -1e10f,
      0x1.fffp-15f,
      0x1p-24f,
      0x1p-25f,
      1.1e-36f
    };
    for (float alone : extremes) {
      for (float decoded : roundTrip(codec, new float[] {alone, alone / 2, -alone})) {
        assertThat(Float.isFinite(decoded)).as("%s", alone).isTrue();
      }
    }
    for (float decoded : roundTrip(codec, extremes)) {
      assertThat(Float.isFinite(decoded)).isTrue();
    }
    assertThat(roundTrip(codec, new float[300])).containsOnly(0);
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void valuesThatAreNotFiniteStayNotFinite(Codec codec) {
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] values = values(1000);
      values[300] = wrong;
      assertThat(Float.isFinite(roundTrip(codec, values)[300])).isFalse();
      Arrays.fill(values, wrong);
      roundTrip(codec, values);
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void aPayloadOfAnotherLengthIsRejected(Codec codec) {
    byte[] bytes = codec.encode(values(1000), 0, 1000);
    for (int length : new int[] {0, bytes.length - 1, bytes.length + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> codec.decode(Arrays.copyOf(bytes, length), new float[1000], 0, 1000))
          .withMessage(
              "a payload of 1000 values in %s must have %d bytes: %d", codec, bytes.length, length);
    }
    assertThatThrownBy(() -> codec.decode(bytes, new float[1000], 1, 1001))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> codec.encode(new float[9], 0, 10))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void anInvalidIndexIsRejected() {
    TopKCodec codec = new TopKCodec(0.02);
    byte[] bytes = codec.encode(values(100), 0, 100);
    for (byte[] indices :
        new byte[][] {{3, 0, 100, 0}, {3, 0, 3, 0}, {3, 0, 2, 0}, {-1, -1, 5, 0}}) {
      byte[] damaged = bytes.clone();
      System.arraycopy(indices, 0, damaged, 0, 4);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> codec.decode(damaged, new float[100], 0, 100))
          .withMessageStartingWith("an index of the block at 0 must be from ");
    }
  }

  @Test
  void aFractionOutOfRangeIsRejected() {
    for (double wrong : new double[] {0, -1, 1.01, Double.NaN}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new TopKCodec(wrong));
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void codecsAreSerializable(Codec codec) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(codec);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(codec);
    }
  }

  private static float[] roundTrip(Codec codec, float[] values) {
    float[] decoded = new float[values.length];
    codec.decode(codec.encode(values, 0, values.length), decoded, 0, values.length);
    return decoded;
  }

  /** Magnitudes from about 1e-5 to 0.1, as in deltas, none of them 0. */
  private static float[] values(int length) {
    SplittableRandom random = new SplittableRandom(3);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      float magnitude = (float) Math.pow(10, -5 + 4 * random.nextDouble());
      values[i] = random.nextBoolean() ? magnitude : -magnitude;
    }
    return values;
  }
}
