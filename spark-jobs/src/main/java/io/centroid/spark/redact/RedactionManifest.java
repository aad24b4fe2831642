package io.centroid.spark.redact;

import static java.util.stream.Collectors.joining;

import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.redact.table.Anonymity;
import io.centroid.run.data.DataProvenance;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a redaction did: the file {@link #FILE} of the output. It has no personal data, and is the
 * same for any number of executors.
 *
 * @param format {@code centroid-redaction}
 * @param version version of the format
 * @param policy SHA-256 of the policy
 * @param files number of files read
 * @param documents number of documents, and rows of tables, read
 * @param dropped number of these that were dropped
 * @param replaced number of damaged characters that were replaced
 * @param counts number of findings by kind
 * @param sample number of documents in the sealed review sample
 * @param anonymity what the tables had to satisfy, and what they do; null if nothing
 */
public record RedactionManifest(
    String format,
    int version,
    String policy,
    long files,
    long documents,
    long dropped,
    long replaced,
    Map<String, Long> counts,
    long sample,
    @Nullable AnonymityReport anonymity) {
  /** File name in the output; readers of corpora skip names that begin with an underscore. */
  public static final String FILE = DataProvenance.REDACTION_FILE;

  static final String FORMAT = "centroid-redaction";
  static final int VERSION = 1;
  private static final int MOST_BYTES = 1 << 20;

  /** What the tables had to satisfy, and what was found. */
  public record AnonymityReport(Anonymity required, Anonymity.Found found) {}

  public RedactionManifest {
    Json.require(format.equals(FORMAT), "format", FORMAT);
    Json.require(version == VERSION, "version", String.valueOf(VERSION));
    Json.requireSha256("policy", policy);
    counts = new TreeMap<>(counts);
  }

  /**
   * What a corpus's manifest says of inputs that were redacted before: policies and findings by
   * kind. Empty if an input is not in a redacted corpus.
   */
  public static Map<String, String> describe(HadoopFiles files, List<String> inputs) {
    Map<Path, RedactionManifest> found = new TreeMap<>();
    for (String input : inputs) {
      Optional<Path> file = DataProvenance.redactionFile(files, input);
      if (file.isEmpty()) {
        return Map.of();
      }
      found.computeIfAbsent(file.get(), record -> read(files, record));
    }
    Map<String, Long> counts = new TreeMap<>();
    found
        .values()
        .forEach(one -> one.counts.forEach((kind, n) -> counts.merge(kind, n, Long::sum)));
    Map<String, String> described = new TreeMap<>();
    described.put(
        DataProvenance.POLICY + "-of-input",
        found.values().stream().map(RedactionManifest::policy).distinct().collect(joining(" ")));
    counts.forEach((kind, n) -> described.put("redacted-in-input." + kind, String.valueOf(n)));
    return described;
  }

  private static RedactionManifest read(HadoopFiles files, Path file) {
    return Json.read(file.toString(), files.read(file, MOST_BYTES), RedactionManifest.class);
  }
}
