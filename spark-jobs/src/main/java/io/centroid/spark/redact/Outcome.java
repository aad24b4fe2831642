package io.centroid.spark.redact;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The result of redaction tasks. It has no personal data.
 *
 * @param documents number of documents, or rows of tables, read
 * @param dropped number of these that were dropped
 * @param replaced number of damaged characters that were replaced
 * @param counts number of findings by kind
 */
record Outcome(long documents, long dropped, long replaced, Map<String, Long> counts)
    implements Serializable {

  Outcome {
    counts = new TreeMap<>(counts);
  }

  static Outcome sum(List<Outcome> outcomes) {
    Map<String, Long> counts = new TreeMap<>();
    outcomes.forEach(
        one -> one.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum)));
    return new Outcome(
        outcomes.stream().mapToLong(Outcome::documents).sum(),
        outcomes.stream().mapToLong(Outcome::dropped).sum(),
        outcomes.stream().mapToLong(Outcome::replaced).sum(),
        counts);
  }
}
