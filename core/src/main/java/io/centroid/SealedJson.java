package io.centroid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON files that show whether a byte of them was changed since: the last key holds the SHA-256 of
 * the file as it is with 64 zeros in the key's place. That is against rot and edits by hand;
 * whoever means harm can seal anew.
 */
public final class SealedJson {
  /** The key that holds the seal. */
  public static final String KEY = "sha256OfThisFile";

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String ZEROS = "0".repeat(64);
  private static final Pattern SEAL =
      Pattern.compile("\"" + KEY + "\" : \"([0-9a-f]{64})\"\\s*}\\s*\\z");

  private SealedJson() {}

  /** Indented JSON in UTF-8 with a seal after its other keys; equal objects give equal bytes. */
  public static byte[] write(ObjectNode json) {
    json.remove(KEY);
    json.put(KEY, ZEROS);
    try {
      String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
      int place = text.lastIndexOf(ZEROS);
      String sealed = text.substring(0, place) + Sha256.of(text) + text.substring(place + 64);
      return sealed.getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } finally {
      json.remove(KEY);
    }
  }

  /**
   * Compares a file with its seal. One that was written before there were seals passes.
   *
   * @param content the bytes that the fields were parsed from
   * @throws InputException if the file was changed after it was written
   */
  public static void verify(JsonFields fields, byte[] content) {
    if (!fields.node().has(KEY)) {
      return;
    }
    // One character a byte, so that the text's offsets are the file's.
    String text = new String(content, StandardCharsets.ISO_8859_1);
    Matcher seal = SEAL.matcher(text);
    if (!seal.find()) {
      throw Rejection.of(fields.file(), "key " + KEY + ": expected 64 hex digits at the end");
    }
    String unsealed = text.substring(0, seal.start(1)) + ZEROS + text.substring(seal.end(1));
    String found = Sha256.of(unsealed.getBytes(StandardCharsets.ISO_8859_1));
    if (!found.equals(seal.group(1))) {
      throw Rejection.of(
          fields.file(),
          "was changed after it was written: SHA-256",
          seal.group(1) + " (its last key)",
          found);
    }
  }
}
