package io.centroid.encryption;

import io.centroid.error.InputException;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import io.centroid.security.SecretReference;
import io.centroid.security.SecretResolver;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A signer of manifests. The signature is the 64 bytes of Ed25519 (RFC 8032) over the exact bytes
 * of the manifest, in a file next to it: {@code manifest.sig} of {@code manifest.json}.
 */
public final class ManifestSigner {
  /** Hadoop property with the reference to the private key. */
  public static final String PROPERTY = "centroid.signature.reference";

  /** The setting that names the private key. */
  public static final String SETTING = "signature.key";

  static final String ALGORITHM = "Ed25519";

  private final PrivateKey key;

  private ManifestSigner(PrivateKey key) {
    this.key = key;
  }

  /** The signer that a configuration names; empty if it names none. */
  public static Optional<ManifestSigner> configured(Configuration hadoop) {
    String reference = hadoop.get(PROPERTY, "").strip();
    return reference.isEmpty() ? Optional.empty() : Optional.of(of(SETTING, reference, hadoop));
  }

  /**
   * The signer of a reference to a private key.
   *
   * @param setting name of the setting for messages
   * @throws InputException if it cannot be read or is no private Ed25519 key
   */
  public static ManifestSigner of(String setting, String reference, Configuration hadoop) {
    SecretReference secret =
        SecretReference.parse(reference)
            .orElseThrow(
                () ->
                    new InputException(
                        setting
                            + " must be a reference to a private key, "
                            + SecretReference.WAYS
                            + " (the value is not shown, it may be the key)"));
    String pem = new SecretResolver(hadoop).resolve(setting, secret).reveal();
    return new ManifestSigner(Pem.privateKey(setting + ": " + secret.text(), pem));
  }

  /** The file of a manifest's signature. */
  public static Path signatureFile(Path manifest) {
    return HadoopPath.child(
        manifest.getParent(), manifest.getName().replaceFirst("\\.json$", "") + ".sig");
  }

  /**
   * Writes the signature of a manifest atomically, which replaces that of an interrupted rotation
   * too.
   *
   * @param content bytes of the manifest
   */
  public void sign(Storage storage, Path manifest, byte[] content) throws IOException {
    storage.delete(KeyRotation.nextFile(manifest));
    AtomicFile.ofOneWriter(storage, signatureFile(manifest)).write(signature(content));
  }

  /** The 64 bytes of the signature of a content. */
  byte[] signature(byte[] content) {
    try {
      Signature signing = Signature.getInstance(ALGORITHM);
      signing.initSign(key);
      signing.update(content);
      return signing.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
