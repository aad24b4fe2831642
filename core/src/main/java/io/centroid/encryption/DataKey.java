package io.centroid.encryption;

import java.io.Serializable;
import java.security.SecureRandom;

/**
 * The 256-bit key that encrypts the files of one checkpoint. It is sent to the tasks that read or
 * write them; {@link #toString} hides it.
 */
record DataKey(byte[] bytes) implements Serializable {
  DataKey {
    if (bytes.length != WrappingKey.BYTES) {
      throw new IllegalArgumentException("a data key has " + WrappingKey.BYTES + " bytes");
    }
  }

  static DataKey random() {
    byte[] bytes = new byte[WrappingKey.BYTES];
    new SecureRandom().nextBytes(bytes);
    return new DataKey(bytes);
  }

  @Override
  public String toString() {
    return "DataKey";
  }
}
