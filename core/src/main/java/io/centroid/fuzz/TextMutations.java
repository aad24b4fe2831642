package io.centroid.fuzz;

import io.centroid.RandomStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Damage with an eye to text: words, numbers, nesting, and the keys and values of JSON. */
final class TextMutations {
  private static final List<String> COMMON =
      List.of(
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
          "null",
          "true",
          "\\u0000",
          "\\ud800",
          " ",
          "\n",
          "\r\n",
          "\r",
          "\t",
          "-1",
          "1.5",
          "..",
          "/",
          "\\",
          "'",
          "#",
          "=",
          ";",
          "{}",
          "[]",
          "\"\"",
          "\u0000",
          "\u2028",
          "\uFEFF",
          "\u0085",
          "é",
          "𝄞",
          "NaN",
          "Infinity",
          "../",
          "%s",
          "${a}",
          "+",
          "//",
          "\u001b[31m");
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "1",
          "-1",
          "2147483647",
          "2147483648",
          "-2147483649",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775809",
          "16777217",
          "1e308",
          "1e309",
          "-1e400",
          "1e-400",
          "1e999999999",
          "1E-999999999",
          "0.1",
          "00",
          "0x10",
          "1.0",
          "99999999999999999999999999999999999999999",
          "1" + "0".repeat(1001));
  private static final List<String> NESTS =
      List.of("[", "{\"a\":", "{a:", "(", "${?", "\"", "a.", "[{\"a\":", "\\", "- ", "<");
  private static final int[] DEPTHS = {3, 21, 51, 101, 1001, 5000};
  private static final int KINDS = 11;

  private final RandomStream random;
  private final List<byte[]> words = new ArrayList<>();

  TextMutations(RandomStream random, List<byte[]> dictionary) {
    this.random = random;
    this.words.addAll(dictionary);
  }

  /** The words that every format may stumble over, and some of its own. */
  static List<byte[]> words(List<String> own) {
    List<byte[]> words = new ArrayList<>();
    COMMON.forEach(word -> words.add(bytes(word)));
    // Own words are as many as the common ones, so that they are as likely.
    for (int i = 0; !own.isEmpty() && i < Math.max(COMMON.size(), own.size()); i++) {
      words.add(bytes(own.get(i % own.size())));
    }
    words.add(new byte[] {(byte) 0xC0, (byte) 0x80});
    words.add(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80});
    words.add(new byte[] {(byte) 0xFF});
    return words;
  }

  /** One change. */
  byte[] change(byte[] bytes) {
    int at = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, at + random.nextInt(8));
    return switch (random.nextInt(KINDS)) {
      case 0, 1 -> Splice.insert(bytes, at, word());
      case 2 -> Splice.replace(bytes, at, to, word());
      case 3 -> digit(bytes);
      case 4, 5 -> number(bytes);
      case 6, 7 -> value(bytes);
      case 8 -> member(bytes);
      case 9 -> random.nextInt(20) == 0 ? Splice.insert(bytes, at, nest()) : value(bytes);
      default -> string(bytes);
    };
  }

  private byte[] word() {
    return words.get(random.nextInt(words.size()));
  }

  private byte[] digit(byte[] bytes) {
    int at = find(bytes, TextMutations::isDigit);
    if (at < 0) {
      return bytes;
    }
    byte[] changed = bytes.clone();
    changed[at] = (byte) ('0' + random.nextInt(10));
    return changed;
  }

  /** Puts another number in the place of one. */
  private byte[] number(byte[] bytes) {
    int at = find(bytes, TextMutations::isDigit);
    if (at < 0) {
      return bytes;
    }
    int from = at;
    int to = at;
    while (from > 0 && isDigit(bytes[from - 1])) {
      from--;
    }
    while (to < bytes.length && isDigit(bytes[to])) {
      to++;
    }
    return Splice.replace(bytes, from, to, bytes(NUMBERS.get(random.nextInt(NUMBERS.size()))));
  }

  /** Puts another value, or a copy of one from elsewhere, after a colon. */
  private byte[] value(byte[] bytes) {
    int colon = find(bytes, b -> b == ':');
    if (colon < 0) {
      return number(bytes);
    }
    int end = valueEnd(bytes, colon + 1);
    byte[] with;
    if (random.nextInt(3) == 0) {
      int other = find(bytes, b -> b == ':');
      with = Arrays.copyOfRange(bytes, other + 1, valueEnd(bytes, other + 1));
    } else if (random.nextInt(2) == 0) {
      with = bytes(NUMBERS.get(random.nextInt(NUMBERS.size())));
    } else {
      with = word();
    }
    return Splice.replace(bytes, colon + 1, end, with);
  }

  /** Copies or removes what stands between two commas, which may give a key twice. */
  private byte[] member(byte[] bytes) {
    int comma = find(bytes, b -> b == ',');
    if (comma < 0) {
      return bytes;
    }
    int end = valueEnd(bytes, comma + 1);
    return random.nextInt(2) == 0
        ? Splice.insert(bytes, comma, Arrays.copyOfRange(bytes, comma, end))
        : Splice.replace(bytes, comma, end, new byte[0]);
  }

  /** Puts a word between two quotes. */
  private byte[] string(byte[] bytes) {
    int from = find(bytes, b -> b == '"');
    if (from < 0) {
      return Splice.insert(bytes, random.nextInt(bytes.length + 1), word());
    }
    int to = from + 1;
    while (to < bytes.length && bytes[to] != '"') {
      to++;
    }
    return Splice.replace(bytes, from + 1, Math.min(to, bytes.length), word());
  }

  private byte[] nest() {
    String opening = NESTS.get(random.nextInt(NESTS.size()));
    int depth = DEPTHS[random.nextInt(DEPTHS.length)];
    String closing =
        opening.startsWith("[{")
            ? "}]"
            : opening.startsWith("[") ? "]" : opening.startsWith("{") ? "}" : "";
    return bytes(
        opening.repeat(depth) + (random.nextInt(2) == 0 ? "1" + closing.repeat(depth) : ""));
  }

  /**
   * Where a value of JSON ends that begins at {@code from}: before a comma or a closing bracket.
   */
  private static int valueEnd(byte[] bytes, int from) {
    int depth = 0;
    boolean quoted = false;
    for (int at = from; at < bytes.length; at++) {
      byte b = bytes[at];
      if (quoted) {
        if (b == '\\') {
          at++;
        } else if (b == '"') {
          quoted = false;
        }
      } else if (b == '"') {
        quoted = true;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if ((b == '}' || b == ']') && --depth < 0) {
        return at;
      } else if ((b == ',' || b == '\n') && depth == 0) {
        return at;
      }
    }
    return bytes.length;
  }

  private interface Wanted {
    boolean test(byte value);
  }

  /** The first such byte from a random place on, around the end; -1 if there is none. */
  private int find(byte[] bytes, Wanted wanted) {
    if (bytes.length == 0) {
      return -1;
    }
    int start = random.nextInt(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int at = (start + i) % bytes.length;
      if (wanted.test(bytes[at])) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isDigit(byte value) {
    return value >= '0' && value <= '9';
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
