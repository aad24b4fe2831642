package io.centroid.encryption;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * How the files of a checkpoint are encrypted: the part of its manifest that a reader needs in
 * addition to the key.
 *
 * @param scheme {@link #SCHEME}
 * @param keyId identifier of the wrapping key: the first 16 hex digits of its SHA-256, or the name
 *     and version of a KMS's key
 * @param wrappedKey data key, encrypted by the wrapping key, in base64
 * @param kmsKey wrapping key as the KMS encrypted it, in base64; null for a key without a KMS
 * @param runId identifier of the run that wrote the checkpoint, 32 hex digits
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Encryption(
    String scheme,
    String keyId,
    String wrappedKey,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String kmsKey,
    String runId) {
  /** Tink's streaming AEAD of the files, AES-GCM of the data key. */
  public static final String SCHEME = "AES256_GCM_HKDF_16KB";

  /** A version of a KMS's key is a part of a URL. */
  private static final Pattern KEY_ID =
      Pattern.compile("[0-9a-f]{16}|[A-Za-z0-9][A-Za-z0-9._-]{0,254}@[A-Za-z0-9_-]{1,64}");

  private static final Pattern RUN_ID = Pattern.compile("[0-9a-f]{32}");

  public Encryption {
    if (!scheme.equals(SCHEME)) {
      throw new IllegalArgumentException(
          "encryption.scheme: expected " + SCHEME + ", found " + InputErrors.quote(scheme));
    }
    if (!KEY_ID.matcher(keyId).matches()) {
      throw new IllegalArgumentException(
          "encryption.keyId: expected 16 hex digits or NAME@VERSION of a KMS's key");
    }
    if (!RUN_ID.matcher(runId).matches()) {
      throw new IllegalArgumentException("encryption.runId: expected 32 hex digits");
    }
    requireBase64("encryption.wrappedKey", wrappedKey);
    if (kmsKey != null) {
      requireBase64("encryption.kmsKey", kmsKey);
    }
  }

  private static void requireBase64(String key, String value) {
    try {
      Base64.getDecoder().decode(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": expected base64", e);
    }
  }

  /** A random identifier of a run. */
  public static String newRunId() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * The cipher of the files.
   *
   * @param step step of the checkpoint
   * @param file name of the manifest for messages
   * @param hadoop configuration that names the key
   * @throws InputException if there is no key, or another one
   */
  public FileCipher cipher(long step, String file, Configuration hadoop) {
    return FileCipher.of(dataKey(step, file, hadoop), runId, step);
  }

  /**
   * The same data key, wrapped by another key; this form if that key has wrapped it already.
   *
   * @param hadoop configuration that names the present key
   */
  public Encryption rewrapped(long step, String file, Configuration hadoop, EncryptionKey to) {
    WrappingKey key = to.fresh();
    return key.id().equals(keyId) ? this : key.wrap(dataKey(step, file, hadoop), runId, step);
  }

  private DataKey dataKey(long step, String file, Configuration hadoop) {
    EncryptionKey key =
        configured(hadoop)
            .orElseThrow(
                () ->
                    new InputException(
                            file
                                + ": encrypted with the key "
                                + InputErrors.shorten(keyId)
                                + ": name it with --key or encryption.key, or set "
                                + EncryptionKey.VARIABLE)
                        .about(EncryptionKey.SETTING));
    return key.wrapping(this, file).unwrap(this, step, file);
  }

  /** A key that cannot be read says nothing about the checkpoint, which is not to be skipped. */
  private static Optional<EncryptionKey> configured(Configuration hadoop) {
    try {
      return EncryptionKey.configured(hadoop);
    } catch (InputException e) {
      throw e.about(EncryptionKey.SETTING);
    }
  }
}
