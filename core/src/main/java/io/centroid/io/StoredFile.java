package io.centroid.io;

import io.centroid.Rejection;
import io.centroid.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.regex.Pattern;

/**
 * Length and hash of a file, as manifests record them.
 *
 * @param bytes its length
 * @param sha256 its SHA-256 in lower-case hex
 */
public record StoredFile(long bytes, String sha256) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  public StoredFile {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must be >= 0: " + bytes);
    }
    if (!HEX.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          "sha256 must be 64 lower-case hex digits: " + Rejection.quote(sha256));
    }
  }

  /** Reads a stream to its end. */
  public static StoredFile of(InputStream in) throws IOException {
    MessageDigest digest = Sha256.digest();
    long bytes = new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
    return new StoredFile(bytes, Sha256.hex(digest));
  }
}
