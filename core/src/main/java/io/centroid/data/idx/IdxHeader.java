package io.centroid.data.idx;

import io.centroid.data.InputShape;
import io.centroid.error.InputException;
import java.nio.ByteBuffer;

/**
 * The header of an IDX file of unsigned bytes: a magic number for type and number of dimensions,
 * then the dimensions as big-endian 32-bit integers, starting with the number of records.
 *
 * @param count number of records
 * @param shape shape of one record
 * @param headerBytes size of the header in bytes
 */
record IdxHeader(int count, InputShape shape, int headerBytes) {
  static final int LONGEST = 20;
  private static final int UNSIGNED_BYTES = 0x08;

  /** Expected content of a file. */
  enum Content {
    IMAGES(3, 4),
    LABELS(1, 1);

    private final int fewestDimensions;
    private final int mostDimensions;

    Content(int fewestDimensions, int mostDimensions) {
      this.fewestDimensions = fewestDimensions;
      this.mostDimensions = mostDimensions;
    }
  }

  static IdxHeader parse(String path, byte[] head, Content content) {
    int dimensions = dimensions(path, head, content);
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
        if (i > 0 && values / sizes[0] > Integer.MAX_VALUE) {
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
          case 3 -> new InputShape(1, sizes[1], sizes[2]);
          default -> new InputShape(sizes[1], sizes[2], sizes[3]);
        };
    return new IdxHeader(sizes[0], shape, headerBytes);
  }

  /** Decoded length of the file in bytes. */
  long fileBytes() {
    return headerBytes + (long) count * shape.size();
  }

  private static int dimensions(String path, byte[] head, Content content) {
    if (head.length < 4) {
      throw new InputException(
          path + ": offset " + head.length + ": the file ends inside its header");
    }
    int magic = ByteBuffer.wrap(head).getInt(0);
    int dimensions = magic & 0xFF;
    if (magic >>> 8 != UNSIGNED_BYTES
        || dimensions < content.fewestDimensions
        || dimensions > content.mostDimensions) {
      throw new InputException(
          switch (content) {
            case IMAGES ->
                String.format(
                    "%s: offset 0: magic number 0x%08x, expected 0x00000803 or 0x00000804"
                        + " (IDX images of unsigned bytes)",
                    path, magic);
            case LABELS ->
                String.format(
                    "%s: offset 0: magic number 0x%08x, expected 0x00000801"
                        + " (IDX labels of unsigned bytes)",
                    path, magic);
          });
    }
    return dimensions;
  }
}
