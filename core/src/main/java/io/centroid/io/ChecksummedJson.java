package io.centroid.io;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputErrors;
import io.centroid.InputException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON documents with a checksum of their own: the last key holds the SHA-256 of the file as it is
 * with 64 zeros in the key's place. It detects bit rot and edits by hand, not an attacker, who can
 * write a new checksum.
 */
public final class ChecksummedJson {
  /** The key that holds the checksum. */
  public static final String KEY = "sha256OfThisFile";

  private static final String ZEROS = "0".repeat(64);
  private static final Pattern CHECKSUM =
      Pattern.compile("\"" + KEY + "\" : \"([0-9a-f]{64})\"\\s*}\\s*\\z");

  private ChecksummedJson() {}

  /** A record as indented JSON in UTF-8 with a checksum; equal records give equal bytes. */
  public static byte[] write(Object value) {
    ObjectNode json = Json.tree(value);
    json.put(KEY, ZEROS);
    String text = new String(Json.write(json), StandardCharsets.UTF_8);
    int place = text.lastIndexOf(ZEROS);
    String written = text.substring(0, place) + Sha256.of(text) + text.substring(place + 64);
    return written.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a document after verifying its checksum. One without a checksum is accepted.
   *
   * @param type the document's form
   * @param conversion makes the value of it, and may throw {@link IllegalArgumentException}
   * @throws InputException if the file was changed after it was written, or as {@link Json#read}
   */
  public static <F, T> T read(
      String file, byte[] content, Class<F> type, Function<? super F, ? extends T> conversion) {
    ObjectNode json = Json.tree(file, content);
    if (json.remove(KEY) != null) {
      verify(file, content);
    }
    F form = Json.read(file, "", json, type);
    try {
      return conversion.apply(form);
    } catch (IllegalArgumentException e) {
      throw InputErrors.of(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static void verify(String file, byte[] content) {
    // One character a byte, so that the text's offsets are the file's.
    String text = new String(content, StandardCharsets.ISO_8859_1);
    Matcher checksum = CHECKSUM.matcher(text);
    if (!checksum.find()) {
      throw InputErrors.of(file, "key " + KEY + ": expected 64 hex digits at the end");
    }
    String zeroed = text.substring(0, checksum.start(1)) + ZEROS + text.substring(checksum.end(1));
    String found = Sha256.of(zeroed.getBytes(StandardCharsets.ISO_8859_1));
    if (!found.equals(checksum.group(1))) {
      throw InputErrors.of(
          file,
          "was changed after it was written: SHA-256",
          checksum.group(1) + " (its last key)",
          found);
    }
  }
}
