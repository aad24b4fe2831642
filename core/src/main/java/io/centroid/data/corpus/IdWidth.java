package io.centroid.data.corpus;

import java.nio.ByteBuffer;

/**
 * The little-endian storage width of a token id: two bytes if all ids of the vocabulary fit, else
 * four.
 */
public enum IdWidth {
  UINT16(2),
  UINT32(4);

  private static final int LARGEST_NARROW_VOCABULARY = 1 << 16;

  private final int bytes;

  IdWidth(int bytes) {
    this.bytes = bytes;
  }

  /** The width for a vocabulary size. */
  public static IdWidth of(int vocabulary) {
    return vocabulary <= LARGEST_NARROW_VOCABULARY ? UINT16 : UINT32;
  }

  /** Size of a token id in bytes. */
  public int bytes() {
    return bytes;
  }

  public void put(ByteBuffer buffer, int id) {
    switch (this) {
      case UINT16 -> buffer.putShort((short) id);
      case UINT32 -> buffer.putInt(id);
    }
  }

  /** Reads a token id; negative if it exceeds 2^31 - 1. */
  int take(ByteBuffer buffer) {
    return switch (this) {
      case UINT16 -> buffer.getShort() & 0xFFFF;
      case UINT32 -> buffer.getInt();
    };
  }
}
