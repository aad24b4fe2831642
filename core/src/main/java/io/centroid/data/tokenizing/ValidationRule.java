package io.centroid.data.tokenizing;

import io.centroid.InputException;
import io.centroid.data.documents.Place;
import io.centroid.random.Seed;
import java.io.Serializable;

/**
 * Which tokens only measure.
 *
 * @param share of the corpus, 0 to below 1
 * @param kind how they are chosen
 * @param seed what {@link Kind#DOCUMENTS} draws from
 */
public record ValidationRule(double share, Kind kind, long seed) implements Serializable {

  /** How validation is chosen. */
  public enum Kind {
    /** The last tokens of the whole corpus, as nanoGPT has it. */
    TAIL,
    /** Whole documents, by a hash of where they begin: the same for any size of shards. */
    DOCUMENTS
  }

  public ValidationRule {
    if (!(share >= 0 && share < 1)) {
      throw new InputException("--validation-split must be at least 0 and below 1: " + share);
    }
  }

  boolean holdsOut(Place place) {
    return kind == Kind.DOCUMENTS
        && Seed.unit(Seed.of(seed, Seed.Purpose.VALIDATION_SPLIT, place.file(), place.offset()))
            < share;
  }

  /** How many of a corpus's tokens come before a tail. */
  long tokensBeforeTail(long tokens) {
    return kind == Kind.TAIL ? (long) (tokens * (1 - share)) : tokens;
  }
}
