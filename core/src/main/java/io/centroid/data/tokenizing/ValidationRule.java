package io.centroid.data.tokenizing;

import io.centroid.data.documents.DocumentPosition;
import io.centroid.error.InputException;
import io.centroid.random.Seed;
import java.io.Serializable;

/**
 * The choice of the validation text.
 *
 * @param share fraction of the corpus, in [0, 1)
 * @param kind method of the choice
 * @param seed random seed for {@link Kind#DOCUMENTS}
 */
public record ValidationRule(double share, Kind kind, long seed) implements Serializable {

  /** Method of the choice. */
  public enum Kind {
    /** The last tokens of the corpus, as in nanoGPT. */
    TAIL,
    /** Whole documents, by a hash of their start position; independent of the shard size. */
    DOCUMENTS
  }

  public ValidationRule {
    if (!(share >= 0 && share < 1)) {
      throw new InputException("--validation-split must be at least 0 and below 1: " + share);
    }
  }

  boolean holdsOut(DocumentPosition place) {
    return kind == Kind.DOCUMENTS
        && Seed.unit(Seed.of(seed, Seed.Purpose.VALIDATION_SPLIT, place.file(), place.offset()))
            < share;
  }

  /** Number of tokens before the validation tail. */
  public long tokensBeforeTail(long tokens) {
    return kind == Kind.TAIL ? (long) (tokens * (1 - share)) : tokens;
  }
}
