package io.centroid.generate;

import io.centroid.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Searches a text's new tokens for stop strings, across token boundaries. */
final class StopStrings {
  private final Tokenizer tokenizer;
  private final List<byte[]> strings;
  private final int longest;
  private byte[] tail = {};

  StopStrings(List<String> strings, Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.strings = strings.stream().map(string -> string.getBytes(StandardCharsets.UTF_8)).toList();
    this.longest = this.strings.stream().mapToInt(bytes -> bytes.length).max().orElse(0);
  }

  /** Adds the next token; true if it completes a stop string. */
  boolean isReached(int id) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(tail);
    bytes.writeBytes(tokenizer.bytes(id));
    byte[] text = bytes.toByteArray();
    int kept = Math.min(text.length, longest - 1);
    tail = Arrays.copyOfRange(text, text.length - kept, text.length);
    return strings.stream().anyMatch(string -> contains(text, string));
  }

  private static boolean contains(byte[] text, byte[] string) {
    for (int from = 0; from + string.length <= text.length; from++) {
      if (Arrays.equals(text, from, from + string.length, string, 0, string.length)) {
        return true;
      }
    }
    return false;
  }
}
