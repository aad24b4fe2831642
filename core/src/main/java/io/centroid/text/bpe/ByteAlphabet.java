package io.centroid.text.bpe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The mapping of the 256 bytes to printable characters in a vocabulary file, as in GPT-2's {@code
 * bytes_to_unicode}: printable bytes map to themselves, the rest to U+0100 and above.
 */
final class ByteAlphabet {
  private static final char FIRST_STAND_IN = 0x100;
  private static final char[] CHARACTERS = new char[256];
  private static final short[] BYTES = new short[FIRST_STAND_IN + 256];

  static {
    Arrays.fill(BYTES, (short) -1);
    char standIn = FIRST_STAND_IN;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          (value >= '!' && value <= '~')
              || (value >= 0xa1 && value <= 0xac)
              || (value >= 0xae && value <= 0xff);
      CHARACTERS[value] = printable ? (char) value : standIn++;
      BYTES[CHARACTERS[value]] = (short) value;
    }
  }

  private ByteAlphabet() {}

  /** The character of a byte, 0 to 255. */
  static char character(int value) {
    return CHARACTERS[value];
  }

  /** The byte of a character, 0 to 255; -1 if it has none. */
  static int value(char character) {
    return character < BYTES.length ? BYTES[character] : -1;
  }

  /** All characters by code point, which is the order of Hugging Face's trainer. */
  static char[] ordered() {
    char[] ordered = CHARACTERS.clone();
    Arrays.sort(ordered);
    return ordered;
  }

  /** The name of a token from its bytes. */
  static String name(byte[] bytes) {
    char[] name = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      name[i] = CHARACTERS[bytes[i] & 0xff];
    }
    return new String(name);
  }

  /** The bytes of a token's name; a name with other characters is its own UTF-8. */
  static byte[] bytes(String name) {
    byte[] bytes = new byte[name.length()];
    for (int i = 0; i < bytes.length; i++) {
      int value = value(name.charAt(i));
      if (value < 0) {
        return name.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }
}
