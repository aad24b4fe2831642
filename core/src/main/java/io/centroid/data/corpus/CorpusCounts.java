package io.centroid.data.corpus;

import io.centroid.data.tokenizing.PartResult;
import io.centroid.io.Json;
import java.io.Serializable;
import java.util.List;

/**
 * The counts of a corpus preparation.
 *
 * @param documents number of documents kept
 * @param bytes size of their text in UTF-8 bytes
 * @param duplicates number of duplicate documents dropped
 * @param replaced number of characters replaced by U+FFFD
 */
public record CorpusCounts(long documents, long bytes, long duplicates, long replaced)
    implements Serializable {
  public CorpusCounts {
    Json.require(documents >= 0, "documents", "0 or more");
    Json.require(bytes >= 0, "bytes", "0 or more");
    Json.require(duplicates >= 0, "duplicates", "0 or more");
    Json.require(replaced >= 0, "replaced", "0 or more");
  }

  /** The sum over all tasks. */
  public static CorpusCounts of(List<PartResult> results) {
    return new CorpusCounts(
        results.stream().mapToLong(PartResult::documents).sum(),
        results.stream().mapToLong(PartResult::bytes).sum(),
        results.stream().mapToLong(PartResult::duplicates).sum(),
        results.stream().mapToLong(PartResult::replaced).sum());
  }
}
