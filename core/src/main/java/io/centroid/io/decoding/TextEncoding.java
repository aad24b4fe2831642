package io.centroid.io.decoding;

import io.centroid.io.Utf8;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The encoding of a text file, in which every ASCII character is one byte of its own: UTF-8, or a
 * charset of one byte per character. Immutable.
 */
public final class TextEncoding implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int BYTES = 256;

  public static final TextEncoding UTF_8 = new TextEncoding("UTF-8", "");

  /** UTF-8 because of a byte-order mark, whatever {@code data.encoding} is. */
  public static final TextEncoding MARKED_UTF_8 =
      new TextEncoding("UTF-8 with a byte-order mark", "");

  /** Name of the charset. */
  private final String name;

  /** Character of each byte; empty for UTF-8. */
  private final String characters;

  private TextEncoding(String name, String characters) {
    this.name = name;
    this.characters = characters;
  }

  /**
   * The encoding of a name such as utf-8, latin-1, iso-8859-15 or windows-1252; empty if there is
   * no such charset, or it has characters of several bytes.
   */
  public static Optional<TextEncoding> named(String name) {
    return charset(name).flatMap(TextEncoding::of);
  }

  /** The charset of a name, of any number of bytes per character; empty if there is none. */
  public static Optional<Charset> charset(String name) {
    try {
      return Optional.of(Charset.forName(name.toLowerCase(Locale.ROOT).replace("latin-", "latin")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<TextEncoding> of(Charset charset) {
    if (charset.equals(StandardCharsets.UTF_8)) {
      return Optional.of(UTF_8);
    }
    byte[] all = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      all[i] = (byte) i;
    }
    String characters = new String(all, charset);
    String ascii = new String(all, 0, BYTES / 2, StandardCharsets.US_ASCII);
    return characters.length() == BYTES && characters.startsWith(ascii)
        ? Optional.of(new TextEncoding(charset.name(), characters))
        : Optional.empty();
  }

  /** Name of the charset. */
  public String name() {
    return name;
  }

  public boolean isUtf8() {
    return characters.isEmpty();
  }

  /**
   * Decodes bytes {@code from} to {@code to}, which contain whole characters; bytes without a
   * character and NUL are reported.
   */
  public String decode(byte[] bytes, int from, int to, Utf8.Damage damage) {
    if (isUtf8()) {
      return Utf8.decode(bytes, from, to, damage);
    }
    char[] text = new char[to - from];
    for (int i = from; i < to; i++) {
      char character = characters.charAt(bytes[i] & 0xFF);
      if (character == 0 || character == '\uFFFD') {
        damage.found(i, bytes[i] & 0xFF);
        character = '\uFFFD';
      }
      text[i - from] = character;
    }
    return new String(text);
  }

  /** The end of the last whole character. */
  public int wholeEnd(byte[] bytes, int from, int to) {
    return isUtf8() ? Utf8.wholeEnd(bytes, from, to) : to;
  }

  /** What an error says of a byte that is not a character: what is expected, and what to do. */
  public String expected() {
    if (equals(MARKED_UTF_8)) {
      return "UTF-8 text as the byte-order mark says";
    }
    return isUtf8()
        ? "UTF-8 text (data.encoding names another encoding, such as windows-1252 or latin-1)"
        : name + " text as data.encoding says";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TextEncoding that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
