package io.centroid.encryption;

import io.centroid.error.InputException;
import io.centroid.security.SecretReference;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The user's key, which wraps the data keys of checkpoints: a secret of this process, or a key of
 * Hadoop's KMS.
 */
public sealed interface EncryptionKey permits SecretEncryptionKey, KmsEncryptionKey {
  /** The setting that names the key, which errors of a missing or another key are about. */
  String SETTING = "encryption.key";

  /** Hadoop property with the reference to the key, which a configuration or {@code --key} sets. */
  String PROPERTY = "centroid.encryption.reference";

  /** Environment variable with a reference to the key, if no setting names one. */
  String VARIABLE = "CENTROID_ENCRYPTION_KEY";

  /** The forms of a reference for messages. */
  String WAYS = "file:///PATH, env:NAME, credential:ALIAS or kms:NAME";

  /** Whether a text refers to a key. */
  static boolean isReference(String text) {
    return KmsEncryptionKey.isReference(text) || SecretReference.parse(text).isPresent();
  }

  /**
   * The key that a configuration names, else the environment; empty if neither does.
   *
   * @throws InputException if it cannot be read or is no key
   */
  static Optional<EncryptionKey> configured(Configuration hadoop) {
    String reference = hadoop.get(PROPERTY, "").strip();
    if (!reference.isEmpty()) {
      return Optional.of(of(SETTING, reference, hadoop));
    }
    String variable = System.getenv(VARIABLE);
    return variable == null || variable.isBlank()
        ? Optional.empty()
        : Optional.of(of(VARIABLE, variable.strip(), hadoop));
  }

  /**
   * The key of a reference.
   *
   * @param setting name of the setting for messages
   * @throws InputException if it cannot be read or is no key
   */
  static EncryptionKey of(String setting, String reference, Configuration hadoop) {
    if (KmsEncryptionKey.isReference(reference)) {
      return KmsEncryptionKey.of(setting, reference, hadoop);
    }
    SecretReference secret =
        SecretReference.parse(reference)
            .orElseThrow(
                () ->
                    new InputException(
                        setting
                            + " must be a reference to a key, "
                            + WAYS
                            + " (the value is not shown, it may be the key)"));
    return SecretEncryptionKey.read(setting, secret, hadoop);
  }

  /** A new random data key for the checkpoint of a step. */
  default CheckpointCipher newCipher(String runId, long step) {
    DataKey data = DataKey.random();
    return new CheckpointCipher(FileCipher.of(data, runId, step), fresh().wrap(data, runId, step));
  }

  /** A key for new checkpoints. */
  WrappingKey fresh();

  /**
   * The key that wrapped a checkpoint's data key.
   *
   * @param file name of the manifest for messages
   * @throws InputException if it is another key
   */
  WrappingKey wrapping(Encryption encryption, String file);
}
