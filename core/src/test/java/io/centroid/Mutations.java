package io.centroid;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Damages files at random, with an eye to JSON; and what a refusal of one must look like. */
public final class Mutations {
  private static final String[] TOKENS = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "-",
    "e9",
    "0",
    "9223372036854775807",
    "null",
    "true",
    "\\u0000",
    "\\ud800",
    " ",
    "\n",
    "F32",
    "\"shape\"",
    "\"data_offsets\"",
    "\"__metadata__\"",
    "-1",
    "1.5",
    "..",
    "/"
  };

  private Mutations() {}

  /** One to three small changes. */
  public static byte[] mutate(byte[] original, Random random) {
    byte[] bytes = original;
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(bytes.length + 1);
      int to = Math.min(bytes.length, at + random.nextInt(8));
      bytes =
          switch (random.nextInt(6)) {
            case 0 -> replace(bytes, at, to, new byte[0]);
            case 1 -> replace(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            case 2 -> replace(bytes, at, Math.min(bytes.length, at + 1), randomByte(random));
            case 3 -> replace(bytes, at, at, token(random));
            case 4 -> replace(bytes, at, to, token(random));
            default -> random.nextInt(20) == 0 ? Arrays.copyOf(bytes, at) : digit(bytes, random);
          };
      if (bytes.length == 0) {
        return bytes;
      }
    }
    return bytes;
  }

  private static byte[] digit(byte[] bytes, Random random) {
    byte[] changed = bytes.clone();
    int start = random.nextInt(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int at = (start + i) % bytes.length;
      if (changed[at] >= '0' && changed[at] <= '9') {
        changed[at] = (byte) ('0' + random.nextInt(10));
        break;
      }
    }
    return changed;
  }

  private static byte[] token(Random random) {
    return TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] randomByte(Random random) {
    return new byte[] {(byte) random.nextInt(256)};
  }

  private static byte[] replace(byte[] bytes, int from, int to, byte[] with) {
    return ByteBuffer.allocate(bytes.length - (to - from) + with.length)
        .put(bytes, 0, from)
        .put(with)
        .put(bytes, to, bytes.length - to)
        .array();
  }

  /** A short message of one line. */
  public static void assertOneLine(InputException e) {
    assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(700);
  }
}
