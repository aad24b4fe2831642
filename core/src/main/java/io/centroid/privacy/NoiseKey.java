package io.centroid.privacy;

import io.centroid.error.InputException;
import io.centroid.random.Seed;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A 256-bit key from which the samples and the noise of a private run follow. Who knows it can
 * subtract the noise, so that the guarantee does not hold against them; {@link #toString} hides it.
 */
public final class NoiseKey implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int LEAST_CHARACTERS = 32;

  private final byte[] bytes;
  private final boolean isSecret;

  private NoiseKey(byte[] bytes, boolean isSecret) {
    this.bytes = bytes;
    this.isSecret = isSecret;
  }

  /**
   * The key of a seed and a secret. Equal ones yield equal keys on every machine.
   *
   * @param seed seed of the run
   * @param secret random text that only the owner of the data knows; null: the seed alone, which
   *     manifests show
   * @throws InputException if the secret is short
   */
  public static NoiseKey of(long seed, @Nullable String secret) {
    if (secret != null && secret.length() < LEAST_CHARACTERS) {
      throw new InputException(
          "privacy.noise-key must refer to at least "
              + LEAST_CHARACTERS
              + " random characters: "
              + secret.length());
    }
    byte[] purpose =
        ByteBuffer.allocate(Long.BYTES).putLong(Seed.of(seed, Seed.Purpose.PRIVACY)).array();
    byte[] key = utf8(secret == null ? "no secret" : secret);
    return new NoiseKey(hmac(key, purpose), secret != null);
  }

  /**
   * The key of a context. Computations on other data, or with other parameters, must not share
   * their noise: the difference of their results would be free of it.
   */
  public NoiseKey derive(String context) {
    return new NoiseKey(hmac(bytes, utf8("key\n" + context)), isSecret);
  }

  /**
   * A digest that only those who know the key can compute: unlike a hash of the data, it does not
   * confirm what they are.
   */
  public String digest(String text) {
    return HexFormat.of().formatHex(hmac(bytes, utf8("digest\n" + text)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** HMAC with SHA-256 (RFC 2104). */
  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no HMAC with SHA-256", e);
    }
  }

  /** Whether more than the seed of the run is needed to derive it. */
  public boolean isSecret() {
    return isSecret;
  }

  /** Random numbers of a worker's step. */
  KeyedRandom random(KeyedRandom.Use use, int worker, long step) {
    return new KeyedRandom(bytes, use, worker, step);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NoiseKey key
        && isSecret == key.isSecret
        && MessageDigest.isEqual(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "***";
  }
}
