package io.centroid.io.storage;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.io.Json;
import io.centroid.io.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/**
 * Length and hash of a file, as manifests record them.
 *
 * @param bytes its length
 * @param sha256 its SHA-256 in lower-case hex
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StoredFile(long bytes, String sha256) {
  public StoredFile {
    requireValid(bytes, sha256);
  }

  /** Refuses a negative length and what is not a SHA-256. */
  public static void requireValid(long bytes, String sha256) {
    Json.require(bytes >= 0, "bytes", "0 or more");
    Json.requireSha256("sha256", sha256);
  }

  /** Reads a stream to its end. */
  public static StoredFile of(InputStream in) throws IOException {
    MessageDigest digest = Sha256.digest();
    long bytes = new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
    return new StoredFile(bytes, Sha256.hex(digest));
  }
}
