package io.centroid.dl4j.zip;

import io.centroid.InputErrors;
import io.centroid.InputException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Reads an array as {@code Nd4j.write} stores it: two buffers, each of a kind of allocation, a
 * length, a data type and big-endian elements; the first holds rank, shape, strides, flags and
 * order, the second the values.
 */
final class Nd4jArray {
  /** Longest header: both buffers' heads, and the shape of a row. */
  static final int HEADER_BYTES = 1024;

  private static final int MOST_RANK = 32;
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
   * The values of a row vector of float32.
   *
   * @param count how many there must be; no more memory is taken, whatever the file declares
   * @throws InputException if it is no such array, or of another length
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
      throw InputErrors.of(place, "goes on after its " + count + " values");
    }
    return values;
  }

  /** The shape information of ND4J: rank, shape, strides, flags, element-wise stride, order. */
  private long[] shape() throws IOException {
    Head head = head();
    if (!head.type().equals("LONG") && !head.type().equals("INT")) {
      throw InputErrors.of(place, "shape", "LONG or INT", InputErrors.shorten(head.type()));
    }
    boolean wide = head.type().equals("LONG");
    if (head.length() < 4 || head.length() > 4 + 2 * MOST_RANK) {
      throw InputErrors.of(
          place, "shape", "4 to " + (4 + 2 * MOST_RANK) + " numbers", head.length() + " declared");
    }
    long[] numbers = new long[(int) head.length()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = wide ? in.readLong() : in.readInt();
    }
    long rank = numbers[0];
    if (rank < 0 || 2 * rank + 4 != numbers.length) {
      throw InputErrors.of(place, "rank", "that of " + numbers.length + " numbers", "" + rank);
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
      throw InputErrors.of(place, "is no array of ND4J's: it begins with another kind of buffer");
    }
    return new Head(length, text());
  }

  /** As {@code DataInput.readUTF}, but short and ASCII. */
  private String text() throws IOException {
    int length = in.readUnsignedShort();
    if (length > 64) {
      throw InputErrors.of(place, "is no array of ND4J's");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, java.nio.charset.StandardCharsets.US_ASCII);
  }
}
