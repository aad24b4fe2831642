package io.centroid;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random mutations of a file, reproducible by seed. */
public final class Damage {
  /** Pattern of an error message: one line of limited length. */
  public static final String ONE_LINE = "(?!\\s*$)[^\\p{Cc}\\u2028\\u2029]{1,699}";

  private static final List<String> WORDS =
      List.of(
          "0",
          "-1",
          "2147483648",
          "9223372036854775808",
          "1e999999999",
          "NaN",
          "null",
          "true",
          "{}",
          "[[",
          "\"\"",
          "\\ud800",
          "\u2028",
          "\n",
          "../",
          "[".repeat(1001));

  private final Random random;
  private final List<String> words = new ArrayList<>(WORDS);

  /** Mutations that also insert words of the format. */
  public Damage(long seed, String... words) {
    this.random = new Random(seed);
    this.words.addAll(List.of(words));
  }

  /** The file with one to three changes. */
  public byte[] to(byte[] file) {
    byte[] bytes = file;
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(bytes.length + 1);
      int to = Math.min(bytes.length, at + random.nextInt(8));
      bytes =
          switch (random.nextInt(7)) {
            case 0 -> with(bytes, at, to, new byte[0]);
            case 1 -> with(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            case 2 -> with(bytes, at, Math.min(bytes.length, at + 1), someBytes());
            case 3 -> with(bytes, at, to, word());
            case 4 -> with(bytes, at, to, piece(file));
            case 5 -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : flipped(bytes);
            default -> flipped(bytes);
          };
    }
    return bytes;
  }

  private byte[] word() {
    return words.get(random.nextInt(words.size())).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] someBytes() {
    byte[] bytes = new byte[1 + random.nextInt(4)];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] piece(byte[] file) {
    int from = random.nextInt(file.length + 1);
    return Arrays.copyOfRange(file, from, Math.min(file.length, from + random.nextInt(64)));
  }

  private byte[] flipped(byte[] bytes) {
    byte[] changed = bytes.clone();
    if (changed.length > 0) {
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return changed;
  }

  private static byte[] with(byte[] bytes, int from, int to, byte[] put) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(put);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
