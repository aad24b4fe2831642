package io.centroid.generate;

import io.centroid.error.InputException;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * Stop criteria of text generation.
 *
 * @param newTokens maximum number of new tokens
 * @param atEndOfText true to stop at the tokenizer's end-of-text token
 * @param tokens additional stop tokens
 * @param strings stop strings, searched in the bytes of the new tokens
 * @param overflow handling of a full context
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
      throw new InputException("the number of new tokens must be >= 1: " + newTokens);
    }
    tokens = Set.copyOf(tokens);
    strings = List.copyOf(strings);
    if (strings.contains("")) {
      throw new InputException("a stop string must not be empty");
    }
  }

  /** Stops after {@code newTokens} tokens or at the end-of-text token; the context slides. */
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
