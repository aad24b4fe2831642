package io.centroid.encryption;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.security.Redaction;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.crypto.key.KeyProvider;
import org.apache.hadoop.crypto.key.KeyProviderCryptoExtension;
import org.apache.hadoop.crypto.key.KeyProviderCryptoExtension.EncryptedKeyVersion;
import org.apache.hadoop.crypto.key.KeyProviderFactory;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.io.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named key of {@code hadoop.security.key.provider.path}, usually Hadoop's KMS. The provider
 * generates a wrapping key and decrypts it again; its own key stays there. Each operation has a
 * connection of its own, since a client of the KMS has threads.
 */
final class KmsEncryptionKey implements EncryptionKey {
  private static final Logger log = LoggerFactory.getLogger(KmsEncryptionKey.class);
  private static final String PREFIX = "kms:";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final int IV_BYTES = 16;

  private final String setting;
  private final String name;
  private final String path;
  private final Configuration hadoop;

  private KmsEncryptionKey(String setting, String name, String path, Configuration hadoop) {
    this.setting = setting;
    this.name = name;
    this.path = path;
    this.hadoop = new Configuration(hadoop);
    // A client requests as many wrapping keys at once; a checkpoint needs one.
    this.hadoop.setInt(CommonConfigurationKeysPublic.KMS_CLIENT_ENC_KEY_CACHE_SIZE, 1);
    this.hadoop.setFloat(CommonConfigurationKeysPublic.KMS_CLIENT_ENC_KEY_CACHE_LOW_WATERMARK, 1);
  }

  static boolean isReference(String text) {
    return text.startsWith(PREFIX) && NAME.matcher(text.substring(PREFIX.length())).matches();
  }

  static KmsEncryptionKey of(String setting, String reference, Configuration hadoop) {
    String path = hadoop.get(KeyProviderFactory.KEY_PROVIDER_PATH, "");
    if (path.isBlank()) {
      throw new InputException(
          setting
              + ": "
              + reference
              + " needs "
              + KeyProviderFactory.KEY_PROVIDER_PATH
              + ", which is not set");
    }
    return new KmsEncryptionKey(setting, reference.substring(PREFIX.length()), path, hadoop);
  }

  @Override
  public WrappingKey fresh() {
    return with(
        provider -> {
          EncryptedKeyVersion encrypted = provider.generateEncryptedKey(name);
          byte[] iv = encrypted.getEncryptedKeyIv();
          byte[] material =
              Objects.requireNonNull(encrypted.getEncryptedKeyVersion().getMaterial(), "material");
          byte[] stored = Arrays.copyOf(iv, iv.length + material.length);
          System.arraycopy(material, 0, stored, iv.length, material.length);
          String version =
              Objects.requireNonNull(encrypted.getEncryptionKeyVersionName(), "version");
          return decrypted(provider, version, stored);
        });
  }

  @Override
  public WrappingKey wrapping(Encryption encryption, String file) {
    String stored = encryption.kmsKey();
    if (stored == null || !encryption.keyId().startsWith(name + "@")) {
      throw new InputException(
              file
                  + ": encrypted with the key "
                  + InputErrors.shorten(encryption.keyId())
                  + ", but "
                  + setting
                  + " is "
                  + PREFIX
                  + name)
          .about(SETTING);
    }
    byte[] key = Base64.getDecoder().decode(stored);
    return with(provider -> decrypted(provider, encryption.keyId(), key));
  }

  private WrappingKey decrypted(KeyProviderCryptoExtension provider, String version, byte[] stored)
      throws IOException, GeneralSecurityException {
    if (stored.length != IV_BYTES + WrappingKey.BYTES) {
      throw new InputException(
          setting
              + ": expected a key of 256 bits in "
              + path
              + ", found "
              + 8 * Math.max(0, stored.length - IV_BYTES)
              + " bits (hadoop key create NAME -size 256)");
    }
    KeyProvider.KeyVersion key =
        provider.decryptEncryptedKey(
            EncryptedKeyVersion.createForDecryption(
                name,
                version,
                Arrays.copyOf(stored, IV_BYTES),
                Arrays.copyOfRange(stored, IV_BYTES, stored.length)));
    return new WrappingKey(
        version,
        Objects.requireNonNull(key.getMaterial(), "material"),
        Base64.getEncoder().encodeToString(stored));
  }

  private interface Request<T> {
    T to(KeyProviderCryptoExtension provider) throws IOException, GeneralSecurityException;
  }

  /** Sends requests to the first provider that has the key. */
  private <T> T with(Request<T> request) {
    List<KeyProvider> providers = List.of();
    try {
      providers = KeyProviderFactory.getProviders(hadoop);
      for (KeyProvider provider : providers) {
        if (provider.getMetadata(name) != null) {
          return request.to(KeyProviderCryptoExtension.createKeyProviderCryptoExtension(provider));
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      throw failure(e);
    } finally {
      IOUtils.cleanupWithLogger(log, providers.toArray(Closeable[]::new));
    }
    throw new InputException(setting + ": " + path + " has no key called " + name).about(SETTING);
  }

  /** A key that cannot be obtained says nothing about the checkpoint, which is not skipped. */
  private RuntimeException failure(Exception e) {
    String message = setting + ": " + path + ": " + Redaction.of(StorageFailure.reason(e));
    return StorageFailure.of(e).filter(StorageFailure::isTransient).isPresent()
        ? new UncheckedIOException(message, new IOException(message, e))
        : new InputException(message, e).about(SETTING);
  }
}
