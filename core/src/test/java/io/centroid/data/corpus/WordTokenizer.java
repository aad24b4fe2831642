package io.centroid.data.corpus;

import io.centroid.error.InputException;
import io.centroid.text.Tokenizer;
import io.centroid.text.bpe.PreTokens;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A tokenizer whose tokens are hashes of GPT-2's pre-tokens: its ids reveal split points and need
 * four bytes. '#' is not in its vocabulary.
 */
record WordTokenizer(boolean ends) implements Tokenizer {
  static final int WORDS = 100_000;

  @Override
  public int vocabularySize() {
    return WORDS + 1;
  }

  @Override
  public OptionalInt endOfText() {
    return ends ? OptionalInt.of(WORDS) : OptionalInt.empty();
  }

  @Override
  public int[] encode(String text) {
    return encodeOrdinary(text);
  }

  @Override
  public int[] encodeOrdinary(String text) {
    if (text.indexOf('#') >= 0) {
      throw new InputException("the vocabulary has no U+0023");
    }
    IntStream.Builder ids = IntStream.builder();
    PreTokens.split(text, word -> ids.add(Math.floorMod(word.hashCode(), WORDS)));
    return ids.build().toArray();
  }

  @Override
  public byte[] bytes(int id) {
    return Integer.toString(id).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(id).append(' ');
    }
    return text.toString();
  }

  @Override
  public Map<String, byte[]> files() {
    return Map.of("words.txt", "words".getBytes(StandardCharsets.UTF_8));
  }
}
