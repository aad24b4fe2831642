package io.centroid.data.tokenizing;

/** What becomes of the added tokens of a tokenizer, such as {@code <|endoftext|>}, in a text. */
public enum SpecialTokenRule {
  /** They are text, so that a text cannot forge the end of a document. */
  TEXT,
  /** They are tokens, as in Hugging Face's tokenizers. */
  RECOGNIZE
}
