package io.centroid.text;

import java.io.Serializable;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A tokenizer: it encodes text to token ids and decodes them. Immutable, thread-safe and
 * serializable for executors. Every implementation can be rebuilt from its {@link #files}, which
 * each checkpoint includes.
 */
public interface Tokenizer extends Serializable {

  /** Largest token id plus one: the number of rows of a model's embedding. */
  int vocabularySize();

  /** The end-of-text token, which ends documents and generated text, if there is one. */
  OptionalInt endOfText();

  /**
   * Encodes a text and recognizes special tokens, such as {@code <|endoftext|>}, like Hugging
   * Face's tokenizers.
   *
   * @throws io.centroid.error.InputException if a character is not in the vocabulary
   */
  int[] encode(String text);

  /**
   * Encodes a text without special tokens, so that the text of a corpus cannot forge the end of a
   * document.
   *
   * @throws io.centroid.error.InputException if a character is not in the vocabulary
   */
  int[] encodeOrdinary(String text);

  /** The added tokens that {@link #encode} recognizes. */
  default AddedTokens added() {
    return AddedTokens.NONE;
  }

  /**
   * Encodes a piece of a longer text.
   *
   * @param special true for added tokens as in {@link #encode}, false as in {@link #encodeOrdinary}
   * @param continued true if another piece precedes, which does not end with an added token
   * @throws io.centroid.error.InputException if a character is not in the vocabulary
   */
  default int[] encodePiece(String text, boolean special, boolean continued) {
    return special ? encode(text) : encodeOrdinary(text);
  }

  /** The UTF-8 bytes of one token, possibly a partial character; empty for an unknown id. */
  byte[] bytes(int id);

  /** Decodes token ids; invalid UTF-8 becomes U+FFFD. */
  String decode(int[] ids);

  /** The files from which the tokenizer can be rebuilt, by name. */
  Map<String, byte[]> files();
}
