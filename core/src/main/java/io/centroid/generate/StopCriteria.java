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
public record StopCriteria(
    int newTokens,
    boolean atEndOfText,
    Set<Integer> tokens,
    List<String> strings,
    ContextOverflow overflow)
    implements Serializable {

  public StopCriteria {
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
  public static StopCriteria after(int newTokens) {
    return new StopCriteria(newTokens, true, Set.of(), List.of(), ContextOverflow.SLIDE);
  }

  public StopCriteria withTokens(Set<Integer> others) {
    return new StopCriteria(newTokens, atEndOfText, others, strings, overflow);
  }

  public StopCriteria withStrings(List<String> others) {
    return new StopCriteria(newTokens, atEndOfText, tokens, others, overflow);
  }

  public StopCriteria with(ContextOverflow other) {
    return new StopCriteria(newTokens, atEndOfText, tokens, strings, other);
  }
}
