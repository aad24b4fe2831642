package io.centroid.io;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSON format with an embedded checksum: the last key is the SHA-256 of the file with 64 zeros as
 * its value. It detects bit rot and manual edits, not an attacker, who can write a new checksum.
 *
 * @param versionKey first key, with the format version; empty for an unversioned format
 * @param version supported format version
 */
public record ChecksummedJson(String versionKey, int version) {
  /** The key of the checksum. */
  public static final String KEY = "sha256OfThisFile";

  /** The unversioned format. */
  public static final ChecksummedJson UNVERSIONED = new ChecksummedJson("", 0);

  private static final String ZEROS = "0".repeat(64);
  private static final Pattern CHECKSUM =
      Pattern.compile("\"" + KEY + "\" : \"([0-9a-f]{64})\"\\s*}\\s*\\z");

  /** A record as a tree without the checksum. */
  public ObjectNode tree(Object value) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (!versionKey.isEmpty()) {
      json.put(versionKey, version);
    }
    return json.setAll(Json.tree(value));
  }

  /** A record as indented JSON in UTF-8 with a checksum; equal records yield equal bytes. */
  public byte[] write(Object value) {
    return checksummed(tree(value));
  }

  /**
   * A document with another value of one key, and its new checksum. All other keys stay, also those
   * that this version does not know.
   *
   * @throws InputException if it is no JSON object
   */
  public static byte[] with(String file, byte[] content, String key, Object value) {
    ObjectNode json = Json.tree(file, content);
    json.remove(KEY);
    json.set(key, Json.tree(value));
    return checksummed(json);
  }

  private static byte[] checksummed(ObjectNode json) {
    String text = new String(Json.write(json.put(KEY, ZEROS)), StandardCharsets.UTF_8);
    int place = text.lastIndexOf(ZEROS);
    String written = text.substring(0, place) + Sha256.of(text) + text.substring(place + 64);
    return written.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Verifies the checksum of a document and parses it. A document without a checksum is accepted.
   *
   * @throws InputException if the checksum does not match or the document is invalid
   */
  public <T> T read(String file, byte[] content, Class<T> type) {
    ObjectNode json = Json.tree(file, content);
    if (json.remove(KEY) != null) {
      verify(file, content);
    }
    if (!versionKey.isEmpty()) {
      Json.requireInteger(file, versionKey, json.remove(versionKey), version);
    }
    return Json.read(file, "", json, type);
  }

  /**
   * Like {@link #read(String, byte[], Class)}, with a conversion of the parsed form.
   *
   * @param conversion conversion of the form; may throw {@link IllegalArgumentException}
   */
  public <F, T> T read(
      String file, byte[] content, Class<F> type, Function<? super F, ? extends T> conversion) {
    F form = read(file, content, type);
    try {
      return conversion.apply(form);
    } catch (IllegalArgumentException e) {
      throw InputErrors.of(file, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Verifies the checksum of a document, which must have one.
   *
   * @throws InputException if it has none or another one
   */
  public static void verify(String file, byte[] content) {
    // One character per byte, so that text offsets are file offsets.
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
