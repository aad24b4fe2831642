package io.centroid.checkpoint;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.io.Json;

/**
 * What a manifest records of a file beside it.
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
}
