package io.centroid.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Several files as one input, with a mark between them. Any bytes are some parts, so that a
 * mutation may cross the mark.
 */
public final class Parts {
  private static final byte[] MARK = "\0--part--\0".getBytes(StandardCharsets.US_ASCII);

  private Parts() {}

  public static byte[] join(List<byte[]> parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0) {
        joined.writeBytes(MARK);
      }
      joined.writeBytes(parts.get(i));
    }
    return joined.toByteArray();
  }

  public static byte[] join(byte[]... parts) {
    return join(List.of(parts));
  }

  public static byte[] join(String... parts) {
    return join(Arrays.stream(parts).map(part -> part.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /** One part or more. */
  public static List<byte[]> split(byte[] input) {
    List<byte[]> parts = new ArrayList<>();
    int from = 0;
    for (int at = 0; at + MARK.length <= input.length; at++) {
      if (input[at] == 0 && Arrays.equals(input, at, at + MARK.length, MARK, 0, MARK.length)) {
        parts.add(Arrays.copyOfRange(input, from, at));
        from = at + MARK.length;
        at = from - 1;
      }
    }
    parts.add(Arrays.copyOfRange(input, from, input.length));
    return parts;
  }
}
