package io.centroid.text;

import java.io.Serializable;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Text to token ids and back. Immutable, thread-safe and serializable: it travels to executors.
 * Every implementation is rebuilt from its {@link #files}, which stand beside each checkpoint.
 */
public interface Tokenizer extends Serializable {

  /** Largest id plus one: the rows that a model's embedding must have. */
  int vocabularySize();

  /** The token that ends a document and a generation, if there is one. */
  OptionalInt endOfText();

  /**
   * The ids of a text in which special tokens, such as {@code <|endoftext|>}, count as what they
   * are; as Hugging Face's tokenizers do.
   *
   * @throws io.centroid.InputException if the text has a character that the vocabulary lacks
   */
  int[] encode(String text);

  /**
   * The ids of a text in which nothing is special: what is read from a corpus cannot forge the end
   * of its document.
   *
   * @throws io.centroid.InputException if the text has a character that the vocabulary lacks
   */
  int[] encodeOrdinary(String text);

  /**
   * The UTF-8 bytes of one token, which need not be whole characters; empty for an id that the
   * vocabulary lacks.
   */
  byte[] bytes(int id);

  /** The text of the ids; bytes that are not UTF-8 become U+FFFD. */
  String decode(int[] ids);

  /** Names and contents of the files that it is read from again. */
  Map<String, byte[]> files();
}
