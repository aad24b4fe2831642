package io.centroid.data.corpus;

import java.nio.ByteBuffer;

/** How an id is written, little-endian: in two bytes where all ids of a vocabulary fit. */
public enum IdWidth {
  UINT16(2),
  UINT32(4);

  private static final int LARGEST_NARROW_VOCABULARY = 1 << 16;

  private final int bytes;

  IdWidth(int bytes) {
    this.bytes = bytes;
  }

  /** The width for ids below a vocabulary's size. */
  public static IdWidth of(int vocabulary) {
    return vocabulary <= LARGEST_NARROW_VOCABULARY ? UINT16 : UINT32;
  }

  /** Bytes of an id. */
  public int bytes() {
    return bytes;
  }

  public void put(ByteBuffer buffer, int id) {
    switch (this) {
      case UINT16 -> buffer.putShort((short) id);
      case UINT32 -> buffer.putInt(id);
    }
  }

  /** An id; negative if it is larger than any array could be. */
  int take(ByteBuffer buffer) {
    return switch (this) {
      case UINT16 -> buffer.getShort() & 0xFFFF;
      case UINT32 -> buffer.getInt();
    };
  }
}
