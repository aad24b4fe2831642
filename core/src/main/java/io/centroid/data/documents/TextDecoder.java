package io.centroid.data.documents;

import io.centroid.InputException;
import io.centroid.io.Utf8;

/** Text as a corpus takes it: damage is refused with its offset, or replaced and counted. */
final class TextDecoder {
  private final boolean replaceBad;
  private long replaced;

  TextDecoder(boolean replaceBad) {
    this.replaceBad = replaceBad;
  }

  /** How many characters were replaced so far. */
  long replaced() {
    return replaced;
  }

  /**
   * The text of whole characters.
   *
   * @param path the file, for messages
   * @param offset of {@code bytes[from]} in the file
   */
  String decode(String path, byte[] bytes, int from, int to, long offset) {
    return Utf8.decode(
        bytes,
        from,
        to,
        (index, value) -> {
          if (!replaceBad) {
            throw damaged(
                path,
                offset + index - from,
                value == 0 ? "a NUL byte" : String.format("byte 0x%02X", value));
          }
          replaced++;
        });
  }

  /**
   * The text with what cannot be written in UTF-8 or is NUL refused or replaced; such as a JSON
   * escape may give.
   *
   * @param offset where its line begins
   */
  String checked(String path, String text, long offset) {
    return Utf8.checked(
        text,
        (index, value) -> {
          if (!replaceBad) {
            throw damaged(
                path,
                offset,
                value == 0 ? "an escaped NUL in the line" : "half a surrogate pair in the line");
          }
          replaced++;
        });
  }

  private static InputException damaged(String path, long offset, String found) {
    return new InputException(
        path + ": byte " + offset + ": expected text in UTF-8, found " + found);
  }
}
