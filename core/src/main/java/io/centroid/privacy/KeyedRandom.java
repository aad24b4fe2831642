package io.centroid.privacy;

import io.centroid.random.NormalQuantile;
import io.centroid.random.Seed;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A cryptographic random number generator: the key stream of AES-256 in counter mode (NIST SP
 * 800-38A). Unlike the generators of {@link io.centroid.random}, known numbers do not reveal the
 * others. The same key and coordinates yield the same numbers on every JVM. Not thread-safe.
 */
final class KeyedRandom {
  private static final int BUFFER = 8192;
  private static final byte[] ZEROS = new byte[BUFFER];

  /** What the numbers are for; each use has its own stream. */
  enum Use {
    SAMPLING,
    NOISE
  }

  private final Cipher cipher;
  private final byte[] bytes = new byte[BUFFER];
  private final ByteBuffer words = ByteBuffer.wrap(bytes);

  /**
   * Creates a generator. The first counter block is 32 bits of worker and use, 64 bits of step, and
   * 32 zero bits that count up to 64 GiB of numbers.
   */
  KeyedRandom(byte[] key, Use use, int worker, long step) {
    ByteBuffer counter = ByteBuffer.allocate(16).putInt(2 * worker + use.ordinal()).putLong(step);
    try {
      cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter.array()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no AES-256 in counter mode", e);
    }
    words.position(BUFFER);
  }

  private long nextLong() {
    if (!words.hasRemaining()) {
      try {
        cipher.update(ZEROS, 0, BUFFER, bytes);
      } catch (ShortBufferException e) {
        throw new IllegalStateException(e);
      }
      words.clear();
    }
    return words.getLong();
  }

  /** A number in [0, 1). */
  double nextDouble() {
    return Seed.unit(nextLong());
  }

  /** A number of the normal distribution with mean 0 and variance 1. */
  double nextGaussian() {
    return NormalQuantile.at(nextDouble());
  }
}
