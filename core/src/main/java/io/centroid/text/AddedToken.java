package io.centroid.text;

/**
 * A token that is found in a text before it is split, such as {@code <|endoftext|>}.
 *
 * @param normalized whether Hugging Face looks for it after all that are not
 */
public record AddedToken(int id, String content, boolean special, boolean normalized) {}
