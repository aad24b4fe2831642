package io.centroid.data.idx;

import io.centroid.data.InputShape;
import io.centroid.error.InputException;
import io.centroid.io.decoding.BinaryFormat;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;

/**
 * The header of an IDX file: a magic number for type and number of dimensions, then the dimensions
 * as big-endian 32-bit integers, starting with the number of records.
 *
 * @param type type of the values
 * @param count number of records
 * @param shape shape of one record
 * @param headerBytes size of the header in bytes
 */
record IdxHeader(ElementType type, int count, InputShape shape, int headerBytes) {
  static final int LONGEST = 20;

  /** Columns of QMNIST's labels, of which the first is the class. */
  private static final int QMNIST_COLUMNS = 8;

  /** Expected content of a file. */
  enum Content {
    IMAGES(3, 4),
    LABELS(1, 2);

    private final int fewestDimensions;
    private final int mostDimensions;

    Content(int fewestDimensions, int mostDimensions) {
      this.fewestDimensions = fewestDimensions;
      this.mostDimensions = mostDimensions;
    }

    private boolean has(int dimensions) {
      return dimensions >= fewestDimensions && dimensions <= mostDimensions;
    }
  }

  static IdxHeader parse(String path, byte[] head, Content content) {
    ElementType type = type(path, head, content);
    int dimensions = head[3];
    int headerBytes = 4 + 4 * dimensions;
    if (head.length < headerBytes) {
      throw new InputException(
          path
              + ": offset "
              + head.length
              + ": the file ends inside its header of "
              + headerBytes
              + " bytes");
    }
    int[] sizes = new int[dimensions];
    long values = 1;
    for (int i = 0; i < dimensions; i++) {
      int offset = 4 + 4 * i;
      sizes[i] = ByteBuffer.wrap(head).getInt(offset);
      if (sizes[i] < 1) {
        throw new InputException(
            path
                + ": offset "
                + offset
                + ": dimension "
                + Integer.toUnsignedString(sizes[i])
                + ", expected 1.."
                + Integer.MAX_VALUE);
      }
      try {
        values = Math.multiplyExact(values, sizes[i]);
        if (i > 0 && values / sizes[0] > Integer.MAX_VALUE / type.bytes()) {
          throw new ArithmeticException();
        }
      } catch (ArithmeticException e) {
        throw new InputException(
            path + ": offset " + offset + ": the dimensions overflow: a record exceeds 2 GiB", e);
      }
    }
    InputShape shape =
        switch (dimensions) {
          case 1 -> InputShape.row(1);
          case 2 -> InputShape.row(labelColumns(path, sizes[1]));
          case 3 -> new InputShape(1, sizes[1], sizes[2]);
          default -> new InputShape(sizes[1], sizes[2], sizes[3]);
        };
    return new IdxHeader(type, sizes[0], shape, headerBytes);
  }

  private static int labelColumns(String path, int columns) {
    if (columns != 1 && columns != QMNIST_COLUMNS) {
      throw new InputException(
          path
              + ": offset 8: "
              + columns
              + " columns of labels, expected 1, or 8 as QMNIST has, of which the first is the"
              + " class");
    }
    return columns;
  }

  /** Size of a record in bytes. */
  int recordBytes() {
    return shape.size() * type.bytes();
  }

  /** Decoded length of the file in bytes. */
  long fileBytes() {
    return headerBytes + (long) count * recordBytes();
  }

  private static ElementType type(String path, byte[] head, Content content) {
    if (head.length < 4) {
      throw new InputException(
          path + ": offset " + head.length + ": the file ends inside its header");
    }
    int magic = ByteBuffer.wrap(head).getInt(0);
    int dimensions = magic & 0xFF;
    Optional<ElementType> type = ElementType.of(magic);
    if (type.isEmpty() || !content.has(dimensions)) {
      String found =
          String.format("%s: offset 0: magic number 0x%08x%s, ", path, magic, kind(head, type));
      throw new InputException(
          found
              + switch (content) {
                case IMAGES ->
                    "expected 0x00000803 or 0x00000804 (IDX images of unsigned bytes), or 09, 0b to"
                        + " 0e in place of 08 (other types)";
                case LABELS ->
                    "expected 0x00000801 (IDX labels of unsigned bytes) or 0x00000c02 (QMNIST), or"
                        + " 09, 0b to 0e in place of 08 (other types)";
              });
    }
    return type.get();
  }

  /** What a file of another kind is, in parentheses. */
  private static String kind(byte[] head, Optional<ElementType> type) {
    for (Content content : Content.values()) {
      if (type.isPresent() && content.has(head[3] & 0xFF)) {
        return " (a file of IDX "
            + content.name().toLowerCase(Locale.ROOT)
            + ": are the images and the labels swapped?)";
      }
    }
    return BinaryFormat.describeNoTable(head).map(found -> " (" + found + ")").orElse("");
  }
}
