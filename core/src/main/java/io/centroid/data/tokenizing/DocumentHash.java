package io.centroid.data.tokenizing;

import java.io.Serializable;
import java.nio.ByteBuffer;

/** The SHA-256 of a document's UTF-8 text, as a key for deduplication. */
public record DocumentHash(long first, long second, long third, long fourth)
    implements Serializable {

  static DocumentHash of(byte[] sha256) {
    ByteBuffer bytes = ByteBuffer.wrap(sha256);
    return new DocumentHash(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }
}
