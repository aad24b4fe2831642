package io.centroid.generate;

import io.centroid.text.Tokenizer;
import java.util.Map;
import java.util.OptionalInt;

/** A tokenizer of the letters from {@code a} on, whose last id is the end-of-text token. */
record Letters(int vocabularySize) implements Tokenizer {

  @Override
  public OptionalInt endOfText() {
    return OptionalInt.of(vocabularySize - 1);
  }

  @Override
  public int[] encode(String text) {
    return text.chars().map(letter -> letter - 'a').toArray();
  }

  @Override
  public int[] encodeOrdinary(String text) {
    return encode(text);
  }

  @Override
  public byte[] bytes(int id) {
    return new byte[] {(byte) ('a' + id)};
  }

  @Override
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append((char) ('a' + id));
    }
    return text.toString();
  }

  @Override
  public Map<String, byte[]> files() {
    return Map.of();
  }
}
