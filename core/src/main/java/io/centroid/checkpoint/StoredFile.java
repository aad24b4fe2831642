package io.centroid.checkpoint;

import io.centroid.Rejection;
import java.util.regex.Pattern;

/**
 * What a manifest records of a file beside it.
 *
 * @param bytes its length
 * @param sha256 its SHA-256 in lower-case hex
 */
public record StoredFile(long bytes, String sha256) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  public StoredFile {
    Snapshot.requireNotNegative("bytes", bytes);
    if (!HEX.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          "sha256 must be 64 lower-case hex digits: " + Rejection.quote(sha256));
    }
  }
}
