package io.centroid.io.decoding;

import io.centroid.error.InputException;

/**
 * The limit of decoded bytes: the size that a header declares, or a configured maximum.
 *
 * @param bytes maximum number of decoded bytes
 * @param reason origin of the limit for messages
 */
public record DecodingLimit(long bytes, String reason) {

  /** A limit from the settings of a source. */
  public static DecodingLimit setting(long bytes) {
    return new DecodingLimit(bytes, "the limit of decoded bytes");
  }

  /** A limit from the file's header. */
  public static DecodingLimit declared(long bytes) {
    return new DecodingLimit(bytes, "as its header declares");
  }

  /** Rejects a file with more decoded bytes. */
  public void check(String path, long decoded) {
    if (decoded > bytes) {
      throw new InputException(
          path
              + ": offset "
              + bytes
              + " of the decoded data: more data follows, expected the end ("
              + reason
              + ")");
    }
  }
}
