package io.centroid.text;

/**
 * An added token, which is matched in a text before tokenization, such as {@code <|endoftext|>}.
 *
 * @param id token id
 * @param content text of the token
 * @param special true for a special token
 * @param normalized true to match after the tokens that are not normalized
 */
public record AddedToken(int id, String content, boolean special, boolean normalized) {}
