package io.centroid.io.decoding;

import io.centroid.InputException;

/**
 * Where decoding must have ended: the size that a header declares, or the size that memory allows.
 *
 * @param bytes largest number of decoded bytes
 * @param reason who set the limit, for the message
 */
public record DecodingLimit(long bytes, String reason) {

  /** The limit that a source's settings give. */
  public static DecodingLimit setting(long bytes) {
    return new DecodingLimit(bytes, "the limit of decoded bytes");
  }

  /** The length that the file's own header declares. */
  public static DecodingLimit declared(long bytes) {
    return new DecodingLimit(bytes, "as its header declares");
  }

  /** Refuses a file that has decoded to more. */
  public void check(String path, long decoded) {
    if (decoded > bytes) {
      throw new InputException(
          path
              + ": offset "
              + bytes
              + " of the decoded data: more data follow, expected the end ("
              + reason
              + ")");
    }
  }
}
