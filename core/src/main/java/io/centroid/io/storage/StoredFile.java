package io.centroid.io.storage;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.io.Json;
import io.centroid.io.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/**
 * The length and hash of a file in a manifest.
 *
 * @param bytes length in bytes
 * @param sha256 SHA-256 in lower-case hex
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StoredFile(long bytes, String sha256) implements Serializable {
  public StoredFile {
    requireValid(bytes, sha256);
  }

  /** Checks that the length is not negative and the hash is a SHA-256. */
  public static void requireValid(long bytes, String sha256) {
    Json.require(bytes >= 0, "bytes", "0 or more");
    Json.requireSha256("sha256", sha256);
  }

  /** Reads a stream to its end and computes length and hash. */
  public static StoredFile of(InputStream in) throws IOException {
    MessageDigest digest = Sha256.digest();
    long bytes = new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
    return new StoredFile(bytes, Sha256.hex(digest));
  }
}
