package io.centroid.text;

/**
 * An added token, which is matched in a text before tokenization, such as {@code <|endoftext|>}.
 *
 * @param id token id
 * @param content text of the token
 * @param special true for a special token
 * @param normalized true to match after the tokens that are not normalized
 * @param singleWord true to match only between characters that are not parts of words
 * @param stripsLeft true to match the spaces before the token too
 * @param stripsRight true to match the spaces after the token too
 */
public record AddedToken(
    int id,
    String content,
    boolean special,
    boolean normalized,
    boolean singleWord,
    boolean stripsLeft,
    boolean stripsRight) {

  /** A special token that is matched exactly. */
  public static AddedToken special(int id, String content) {
    return new AddedToken(id, content, true, false, false, false, false);
  }
}
