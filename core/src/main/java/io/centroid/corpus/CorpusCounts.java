package io.centroid.corpus;

import java.io.Serializable;
import java.util.List;

/**
 * What was counted while a corpus was made.
 *
 * @param documents that were kept
 * @param bytes of UTF-8 that their text has
 * @param duplicates documents that were dropped
 * @param replaced characters that were replaced by U+FFFD
 */
public record CorpusCounts(long documents, long bytes, long duplicates, long replaced)
    implements Serializable {

  /** The sum over all tasks. */
  static CorpusCounts of(List<PartResult> results) {
    return new CorpusCounts(
        results.stream().mapToLong(PartResult::documents).sum(),
        results.stream().mapToLong(PartResult::bytes).sum(),
        results.stream().mapToLong(PartResult::duplicates).sum(),
        results.stream().mapToLong(PartResult::replaced).sum());
  }
}
