package io.centroid.encryption;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.Sha256;
import io.centroid.security.SecretReference;
import io.centroid.security.SecretResolver;
import java.security.MessageDigest;
import java.util.Base64;
import org.apache.hadoop.conf.Configuration;

/** A 256-bit key in base64 that a secret of this process contains. */
final class SecretEncryptionKey implements EncryptionKey {
  private static final int ID_DIGITS = 16;

  private final String reference;
  private final WrappingKey key;

  private SecretEncryptionKey(String reference, WrappingKey key) {
    this.reference = reference;
    this.key = key;
  }

  static SecretEncryptionKey read(String setting, SecretReference reference, Configuration hadoop) {
    String text = new SecretResolver(hadoop).resolve(setting, reference).reveal();
    byte[] key;
    try {
      key = Base64.getDecoder().decode(text.strip());
    } catch (IllegalArgumentException e) {
      key = new byte[0]; // The cause quotes characters of the secret.
    }
    if (key.length != WrappingKey.BYTES) {
      throw new InputException(
          setting
              + ": "
              + reference.text()
              + " is not a key: expected 256 bits in base64 (centroid key new makes one)");
    }
    return new SecretEncryptionKey(reference.text(), new WrappingKey(id(key), key, null));
  }

  private static String id(byte[] key) {
    MessageDigest digest = Sha256.digest();
    digest.update(key);
    return Sha256.hex(digest).substring(0, ID_DIGITS);
  }

  @Override
  public WrappingKey fresh() {
    return key;
  }

  @Override
  public WrappingKey wrapping(Encryption encryption, String file) {
    if (!encryption.keyId().equals(key.id()) || encryption.kmsKey() != null) {
      throw new InputException(
              file
                  + ": encrypted with the key "
                  + InputErrors.shorten(encryption.keyId())
                  + (encryption.kmsKey() == null ? "" : " of a KMS")
                  + ", but "
                  + reference
                  + " is the key "
                  + key.id())
          .about(EncryptionKey.SETTING);
    }
    return key;
  }
}
