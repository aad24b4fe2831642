package io.centroid.generate;

import io.centroid.InputException;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * When a text ends.
 *
 * @param newTokens at most so many
 * @param atEndOfText whether at the tokenizer's end-of-text token
 * @param tokens further tokens at which it ends
 * @param strings at which it ends, once the new tokens' bytes have one of them
 */
public record Ending(
    int newTokens,
    boolean atEndOfText,
    Set<Integer> tokens,
    List<String> strings,
    Overflow overflow)
    implements Serializable {

  public Ending {
    if (newTokens < 1) {
      throw new InputException("the number of new tokens must be 1 or more: " + newTokens);
    }
    tokens = Set.copyOf(tokens);
    strings = List.copyOf(strings);
    if (strings.contains("")) {
      throw new InputException("a string that ends a text must not be empty");
    }
  }

  /** After so many tokens, or at the end of the text; the context slides. */
  public static Ending after(int newTokens) {
    return new Ending(newTokens, true, Set.of(), List.of(), Overflow.SLIDE);
  }

  public Ending withTokens(Set<Integer> others) {
    return new Ending(newTokens, atEndOfText, others, strings, overflow);
  }

  public Ending withStrings(List<String> others) {
    return new Ending(newTokens, atEndOfText, tokens, others, overflow);
  }

  public Ending with(Overflow other) {
    return new Ending(newTokens, atEndOfText, tokens, strings, other);
  }
}
