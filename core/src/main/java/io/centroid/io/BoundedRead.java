package io.centroid.io;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Reads with a size limit. */
public final class BoundedRead {
  private BoundedRead() {}

  /**
   * Reads a stream to its end.
   *
   * @param place file name for messages
   * @param most maximum size in bytes
   * @throws InputException if it has more than {@code most} bytes
   */
  public static byte[] bytes(String place, InputStream in, int most) throws IOException {
    byte[] content = in.readNBytes(most + 1);
    requireAtMost(place, content.length, most);
    return content;
  }

  /**
   * Reads a UTF-8 stream to its end.
   *
   * @param place file name for messages
   * @param most maximum size in bytes
   * @throws InputException if it has more than {@code most} bytes, or is not UTF-8
   */
  public static String text(String place, InputStream in, int most) throws IOException {
    return Utf8.strict(place, bytes(place, in, most));
  }

  /** Like {@link #bytes}, into a stream; returns the number of bytes. */
  public static long copy(String place, InputStream in, OutputStream out, long most)
      throws IOException {
    byte[] chunk = new byte[1 << 16];
    long length = 0;
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      length += count;
      requireAtMost(place, length, most);
      out.write(chunk, 0, count);
    }
    return length;
  }

  private static void requireAtMost(String place, long length, long most) {
    if (length > most) {
      throw InputErrors.of(place, "length", "at most " + most + " bytes", "more");
    }
  }
}
