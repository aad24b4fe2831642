package io.centroid.data.documents;

import io.centroid.error.InputException;
import io.centroid.io.Utf8;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A UTF-8 decoder for a corpus: invalid bytes are rejected with their offset, or replaced and
 * counted, as are those of other encodings, which are converted to UTF-8 before.
 */
final class TextDecoder {
  private static final String REMEDY =
      "--encoding names another encoding, such as windows-1252 or gbk; --replace-bad replaces"
          + " damaged bytes";

  private final boolean replaceBad;
  private long replaced;

  TextDecoder(boolean replaceBad) {
    this.replaceBad = replaceBad;
  }

  /** Number of characters replaced so far. */
  long replaced() {
    return replaced;
  }

  /**
   * Decodes bytes that contain whole characters.
   *
   * @param path file name for messages
   * @param offset offset of {@code bytes[from]} in the file
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
                value == 0
                    ? "a NUL byte; --replace-bad replaces it"
                    : String.format(Locale.ROOT, "byte 0x%02X; %s", value, REMEDY));
          }
          replaced++;
        });
  }

  /** Rejects or replaces bytes that are not in another encoding than UTF-8. */
  void damaged(Supplier<InputException> error) {
    if (!replaceBad) {
      InputException thrown = error.get();
      throw new InputException(thrown.getMessage() + "; --replace-bad replaces it", thrown);
    }
    replaced++;
  }

  /**
   * Rejects or replaces NUL and unpaired surrogates, which JSON escapes can produce.
   *
   * @param offset offset of the line in the file
   */
  String checked(String path, String text, long offset) {
    return Utf8.checked(
        text,
        (index, value) -> {
          if (!replaceBad) {
            throw damaged(
                path,
                offset,
                (value == 0 ? "an escaped NUL" : "an unpaired surrogate")
                    + " in the line; --replace-bad replaces it");
          }
          replaced++;
        });
  }

  private static InputException damaged(String path, long offset, String found) {
    return new InputException(
        path + ": byte " + offset + ": expected text in UTF-8, found " + found);
  }
}
