package io.centroid.data.texts;

import io.centroid.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A tokenizer with one token per UTF-8 byte.
 *
 * @param endsTexts true if token 256 is the end-of-text token
 */
record ByteTokenizer(boolean endsTexts) implements Tokenizer {
  static final int END = 256;

  @Override
  public int vocabularySize() {
    return 257;
  }

  @Override
  public OptionalInt endOfText() {
    return endsTexts ? OptionalInt.of(END) : OptionalInt.empty();
  }

  @Override
  public int[] encode(String text) {
    return encodeOrdinary(text);
  }

  @Override
  public int[] encodeOrdinary(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      ids[i] = bytes[i] & 0xFF;
    }
    return ids;
  }

  @Override
  public byte[] bytes(int id) {
    return id < END ? new byte[] {(byte) id} : new byte[0];
  }

  @Override
  public String decode(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(bytes(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public Map<String, byte[]> files() {
    return Map.of();
  }
}
