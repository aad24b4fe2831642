package io.centroid.encryption;

import com.google.crypto.tink.subtle.AesGcmJce;
import io.centroid.error.InputException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A 256-bit key that wraps data keys by AES-GCM.
 *
 * @param id identifier of the key, which a manifest shows
 * @param kmsKey form in which a KMS stores this key, in base64; null if it has none
 */
record WrappingKey(String id, byte[] key, @Nullable String kmsKey) {
  /** Length in bytes of every key. */
  static final int BYTES = 32;

  Encryption wrap(DataKey data, String runId, long step) {
    try {
      byte[] wrapped = new AesGcmJce(key).encrypt(data.bytes(), context(runId, step));
      String encoded = Base64.getEncoder().encodeToString(wrapped);
      return new Encryption(Encryption.SCHEME, id, encoded, kmsKey, runId);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The data key.
   *
   * @param file name of the manifest for messages
   * @throws InputException if another key wrapped it, or if it belongs to another run or step
   */
  DataKey unwrap(Encryption encryption, long step, String file) {
    try {
      byte[] wrapped = Base64.getDecoder().decode(encryption.wrappedKey());
      return new DataKey(new AesGcmJce(key).decrypt(wrapped, context(encryption.runId(), step)));
    } catch (GeneralSecurityException e) {
      throw new InputException(
          file
              + ": the wrapped key is not authentic: it was altered, or belongs to another step,"
              + " run or key than "
              + id,
          e);
    }
  }

  private byte[] context(String runId, long step) {
    String text = String.join("\n", Encryption.SCHEME, id, runId, Long.toString(step));
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "WrappingKey[" + id + "]";
  }
}
