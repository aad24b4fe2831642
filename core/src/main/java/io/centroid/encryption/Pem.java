package io.centroid.encryption;

import io.centroid.error.InputException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Ed25519 keys in PEM (RFC 7468): PKCS#8 for private keys, X.509 for public ones. */
final class Pem {
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final int LINE_CHARS = 64;

  private Pem() {}

  static String of(PrivateKey key) {
    return document(PRIVATE, key.getEncoded());
  }

  static String of(PublicKey key) {
    return document(PUBLIC, key.getEncoded());
  }

  private static String document(String label, byte[] content) {
    String lines =
        Base64.getMimeEncoder(LINE_CHARS, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(content);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  /**
   * Parses a private key.
   *
   * @param place location of the key for messages
   * @throws InputException if it is no Ed25519 key in PKCS#8
   */
  static PrivateKey privateKey(String place, String text) {
    try {
      return KeyFactory.getInstance(ManifestSigner.ALGORITHM)
          .generatePrivate(new PKCS8EncodedKeySpec(content(PRIVATE, text)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // The cause may quote the key.
      throw new InputException(place + ": expected a private Ed25519 key in PEM (PKCS#8)");
    }
  }

  /** As {@link #privateKey}, for a public key in X.509. */
  static PublicKey publicKey(String place, String text) {
    try {
      return KeyFactory.getInstance(ManifestSigner.ALGORITHM)
          .generatePublic(new X509EncodedKeySpec(content(PUBLIC, text)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new InputException(place + ": expected a public Ed25519 key in PEM (X.509)", e);
    }
  }

  private static byte[] content(String label, String text) {
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    String document = text.strip();
    if (!document.startsWith(begin) || !document.endsWith(end)) {
      throw new IllegalArgumentException("not a PEM document of a " + label);
    }
    String lines = document.substring(begin.length(), document.length() - end.length());
    return Base64.getDecoder().decode(lines.replaceAll("\\s", ""));
  }
}
