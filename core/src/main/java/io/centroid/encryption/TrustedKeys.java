package io.centroid.encryption;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The public keys whose signatures a reader of models accepts. Without a key it accepts all. */
public final class TrustedKeys {
  /** The setting that names the keys, which errors of a missing signature are about. */
  public static final String SETTING = "signature.trusted";

  /** Hadoop property with the files of the public keys, separated by commas. */
  public static final String PROPERTY = "centroid.signature.trusted";

  /** More than a signature has; a longer file is not read. */
  static final int MOST_SIGNATURE_BYTES = 1 << 16;

  private static final int SIGNATURE_BYTES = 64;
  private static final int MOST_KEY_BYTES = 1 << 16;

  private final Map<String, PublicKey> keys;

  private TrustedKeys(Map<String, PublicKey> keys) {
    this.keys = keys;
  }

  /**
   * The keys that a configuration names.
   *
   * @throws InputException about {@link #SETTING} if one cannot be read: that says nothing about
   *     the model
   */
  public static TrustedKeys configured(Configuration hadoop) throws IOException {
    try {
      return read(Arrays.asList(hadoop.getTrimmedStrings(PROPERTY)), hadoop);
    } catch (InputException e) {
      throw e.about(SETTING);
    }
  }

  /**
   * Reads public keys.
   *
   * @param files paths or URIs of PEM files
   * @throws InputException if one is missing or is no public Ed25519 key
   */
  public static TrustedKeys read(List<String> files, Configuration hadoop) throws IOException {
    Map<String, PublicKey> keys = new LinkedHashMap<>();
    for (String file : files) {
      Path path = HadoopPath.parse(file);
      Storage storage = Storage.of(path, hadoop);
      try {
        byte[] pem = storage.read(path, MOST_KEY_BYTES);
        keys.put(file, Pem.publicKey(file, new String(pem, StandardCharsets.US_ASCII)));
      } catch (FileNotFoundException e) {
        throw InputErrors.of(
            file,
            (storage.exists(path) ? "cannot be read" : "no such file")
                + ", expected a trusted public key",
            e);
      }
    }
    return new TrustedKeys(keys);
  }

  /**
   * Checks the signature of a manifest.
   *
   * @param content bytes of the manifest
   * @return file of the key that signed it; empty without trusted keys
   * @throws InputException if there are keys, and none of them signed it
   */
  public String require(Storage storage, Path manifest, byte[] content) throws IOException {
    if (keys.isEmpty()) {
      return "";
    }
    Path file = ManifestSigner.signatureFile(manifest);
    byte[] signature;
    try {
      signature = storage.read(file, MOST_SIGNATURE_BYTES);
    } catch (FileNotFoundException e) {
      throw InputErrors.of(
              manifest.toString(),
              "not signed, expected "
                  + file.getName()
                  + " of a trusted key; if you vouch for it, sign it: centroid key sign "
                  + manifest.getParent()
                  + " --with file:///PATH",
              e)
          .about(SETTING);
    }
    return signer(content, signature)
        .orElseThrow(
            () ->
                InputErrors.of(
                        file.toString(),
                        "not a signature of "
                            + manifest.getName()
                            + " by a trusted key ("
                            + String.join(", ", keys.keySet())
                            + ")")
                    .about(SETTING));
  }

  /** File of the key that signed a content; empty if none of the keys did. */
  Optional<String> signer(byte[] content, byte[] signature) {
    return keys.entrySet().stream()
        .filter(key -> verifies(key.getValue(), content, signature))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Whether there is a key. */
  public boolean isRequired() {
    return !keys.isEmpty();
  }

  private static boolean verifies(PublicKey key, byte[] content, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES) {
      return false;
    }
    try {
      Signature verifying = Signature.getInstance(ManifestSigner.ALGORITHM);
      verifying.initVerify(key);
      verifying.update(content);
      return verifying.verify(signature);
    } catch (SignatureException e) {
      return false; // Bytes that encode no signature.
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
