package io.centroid.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.stream.DoubleStream;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class KeyedRandomTest {
  private static final byte[] KEY = new byte[32];

  /** Counter mode by hand: block n of the stream is the encryption of the counter plus n. */
  @Test
  @SuppressWarnings("InsecureCryptoUsage")
  void theNumbersAreEncryptedCounters() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"));
    KeyedRandom random = new KeyedRandom(KEY, KeyedRandom.Use.NOISE, 3, 70_000_000_000L);
    for (int block = 0; block < 2_000; block++) {
      byte[] counter =
          ByteBuffer.allocate(16).putInt(7).putLong(70_000_000_000L).putInt(block).array();
      ByteBuffer expected = ByteBuffer.wrap(cipher.doFinal(counter));
      assertThat(random.nextDouble()).isEqualTo((expected.getLong() >>> 11) * 0x1.0p-53);
      assertThat(random.nextDouble()).isEqualTo((expected.getLong() >>> 11) * 0x1.0p-53);
    }
  }

  @Test
  void keysUsesWorkersAndStepsHaveStreamsOfTheirOwn() {
    NoiseKey key = NoiseKey.of(42, null).derive("run");
    assertThat(
            DoubleStream.of(
                    first(key, KeyedRandom.Use.NOISE, 0, 0),
                    first(key, KeyedRandom.Use.SAMPLING, 0, 0),
                    first(key, KeyedRandom.Use.NOISE, 1, 0),
                    first(key, KeyedRandom.Use.NOISE, 0, 1),
                    first(NoiseKey.of(43, null).derive("run"), KeyedRandom.Use.NOISE, 0, 0),
                    first(NoiseKey.of(42, null).derive("other"), KeyedRandom.Use.NOISE, 0, 0),
                    first(
                        NoiseKey.of(42, "secret".repeat(6)).derive("run"),
                        KeyedRandom.Use.NOISE,
                        0,
                        0))
                .distinct()
                .count())
        .isEqualTo(7);
    assertThat(first(NoiseKey.of(42, null).derive("run"), KeyedRandom.Use.NOISE, 5, 9))
        .isEqualTo(first(key, KeyedRandom.Use.NOISE, 5, 9));
  }

  private static double first(NoiseKey key, KeyedRandom.Use use, int worker, long step) {
    return key.random(use, worker, step).nextDouble();
  }

  @Test
  void gaussianNumbersHaveTheMomentsOfTheNormalDistribution() {
    KeyedRandom random = new KeyedRandom(KEY, KeyedRandom.Use.NOISE, 0, 0);
    int count = 1_000_000;
    double sum = 0;
    double squares = 0;
    double fourth = 0;
    int beyondThree = 0;
    for (int i = 0; i < count; i++) {
      double z = random.nextGaussian();
      sum += z;
      squares += z * z;
      fourth += z * z * z * z;
      beyondThree += Math.abs(z) > 3 ? 1 : 0;
    }
    assertThat(sum / count).isCloseTo(0, within(0.004));
    assertThat(squares / count).isCloseTo(1, within(0.006));
    assertThat(fourth / count).isCloseTo(3, within(0.05));
    assertThat(beyondThree / (double) count).isCloseTo(0.0027, within(0.0003));
  }

  @Test
  void aKeyDoesNotShowItself() {
    String secret = "correct horse battery staple, and more";
    NoiseKey key = NoiseKey.of(42, secret).derive("run");
    assertThat(key).hasToString("***").isEqualTo(NoiseKey.of(42, secret).derive("run"));
    assertThat(key.isSecret()).isTrue();
    assertThat(new DpSgd(1, 1, 0.1, 8, key).toString()).contains("key=***");
    assertThat(NoiseKey.of(42, null).derive("run").isSecret()).isFalse();
    assertThat(key.digest("data"))
        .hasSize(64)
        .isEqualTo(NoiseKey.of(42, secret).derive("run").digest("data"))
        .isNotEqualTo(key.digest("other data"))
        .isNotEqualTo(NoiseKey.of(42, secret + ".").derive("run").digest("data"));
  }
}
