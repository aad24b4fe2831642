package io.centroid.data.idx;

import java.nio.ByteBuffer;
import java.util.Optional;

/** The element types of the IDX format; values of several bytes are big-endian. */
enum ElementType {
  UNSIGNED_BYTE(0x08, 1, "ubyte"),
  SIGNED_BYTE(0x09, 1, "byte"),
  SHORT(0x0B, 2, "short"),
  INT(0x0C, 4, "int"),
  FLOAT(0x0D, 4, "float"),
  DOUBLE(0x0E, 8, "double");

  /** The endings of file names by which writers name the types, as a regular expression. */
  static final String NAMES = "(ubyte|s?byte|short|int|float|double)";

  private final int code;
  private final int bytes;
  private final String label;

  ElementType(int code, int bytes, String label) {
    this.code = code;
    this.bytes = bytes;
    this.label = label;
  }

  /** The type of a magic number. */
  static Optional<ElementType> of(int magic) {
    for (ElementType type : values()) {
      if (magic >>> 8 == type.code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Size of a value in bytes. */
  int bytes() {
    return bytes;
  }

  /** The value at an offset. */
  double value(ByteBuffer data, int offset) {
    return switch (this) {
      case UNSIGNED_BYTE -> data.get(offset) & 0xFF;
      case SIGNED_BYTE -> data.get(offset);
      case SHORT -> data.getShort(offset);
      case INT -> data.getInt(offset);
      case FLOAT -> data.getFloat(offset);
      case DOUBLE -> data.getDouble(offset);
    };
  }

  @Override
  public String toString() {
    return label;
  }
}
