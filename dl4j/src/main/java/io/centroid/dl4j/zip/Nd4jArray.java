package io.centroid.dl4j.zip;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Reads an array in the format of {@code Nd4j.write}: two buffers, each with allocation mode,
 * length, data type and big-endian elements. The first contains rank, shape, strides, flags and
 * order, the second the values.
 */
final class Nd4jArray {
  /** Maximum size of the headers of both buffers and the shape of a row. */
  static final int HEADER_BYTES = 1024;

  private static final int MAX_RANK = 32;
  private static final List<String> SHORT_LENGTHS = List.of("DIRECT", "HEAP", "JAVACPP");
  private static final List<String> LONG_LENGTHS = List.of("LONG_SHAPE", "MIXED_DATA_TYPES");
  private static final int CHUNK_BYTES = 1 << 16;

  private final String place;
  private final DataInputStream in;

  private record Head(long length, String type) {}

  private Nd4jArray(String place, InputStream in) {
    this.place = place;
    this.in = new DataInputStream(new BufferedInputStream(in, CHUNK_BYTES));
  }

  /**
   * Reads the values of a float32 row vector.
   *
   * @param place name of the array in messages
   * @param count expected number of values, which bounds the memory used
   * @throws InputException if the array has another type, shape or length
   */
  static float[] readRow(String place, InputStream in, int count) throws IOException {
    return new Nd4jArray(place, in).row(count);
  }

  private float[] row(int count) throws IOException {
    long[] shape = shape();
    if (shape.length > 2
        || (shape.length == 2 && shape[0] != 1)
        || shape.length == 0
        || shape[shape.length - 1] != count) {
      throw InputErrors.of(
          place, "array", "one row of " + count, "shape " + Arrays.toString(shape));
    }
    Head head = head();
    if (!head.type().equals("FLOAT")) {
      throw InputErrors.of(place, "array", "FLOAT", InputErrors.shorten(head.type()));
    }
    if (head.length() != count) {
      throw InputErrors.of(place, "array", count + " values", head.length() + " declared");
    }
    float[] values = new float[count];
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int done = 0; done < count; ) {
      int some = Math.min(count - done, CHUNK_BYTES / Float.BYTES);
      in.readFully(chunk, 0, some * Float.BYTES);
      ByteBuffer.wrap(chunk).asFloatBuffer().get(values, done, some);
      done += some;
    }
    if (in.read() >= 0) {
      throw InputErrors.of(place, "has trailing bytes after its " + count + " values");
    }
    return values;
  }

  /** Reads ND4J's shape information: rank, shape, strides, flags, element-wise stride, order. */
  private long[] shape() throws IOException {
    Head head = head();
    if (!head.type().equals("LONG") && !head.type().equals("INT")) {
      throw InputErrors.of(place, "shape", "LONG or INT", InputErrors.shorten(head.type()));
    }
    boolean wide = head.type().equals("LONG");
    if (head.length() < 4 || head.length() > 4 + 2 * MAX_RANK) {
      throw InputErrors.of(
          place, "shape", "4 to " + (4 + 2 * MAX_RANK) + " numbers", head.length() + " declared");
    }
    long[] numbers = new long[(int) head.length()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = wide ? in.readLong() : in.readInt();
    }
    long rank = numbers[0];
    if (rank < 0 || 2 * rank + 4 != numbers.length) {
      throw InputErrors.of(place, "rank", "the rank of " + numbers.length + " numbers", "" + rank);
    }
    return Arrays.copyOfRange(numbers, 1, 1 + (int) rank);
  }

  private Head head() throws IOException {
    String allocation = text();
    long length;
    if (SHORT_LENGTHS.contains(allocation)) {
      length = in.readInt();
    } else if (LONG_LENGTHS.contains(allocation)) {
      length = in.readLong();
    } else {
      throw InputErrors.of(place, "is not an ND4J array: unknown buffer type");
    }
    return new Head(length, text());
  }

  /** Reads a string like {@code DataInput.readUTF}, limited to short ASCII strings. */
  private String text() throws IOException {
    int length = in.readUnsignedShort();
    if (length > 64) {
      throw InputErrors.of(place, "is not an ND4J array");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, java.nio.charset.StandardCharsets.US_ASCII);
  }
}
