package io.centroid.bench.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * Result of {@code bench serve}.
 *
 * @param renewals number of new versions that were published
 * @param reloads number of versions that the server loaded
 * @param refusedVersions number of versions that the server failed to load
 * @param rowsPerRun mean number of rows per batch
 * @param alive whether the server process was alive at the end
 */
public record ServeBenchReport(
    LoadResult load,
    int connections,
    int renewals,
    long reloads,
    long refusedVersions,
    double rowsPerRun,
    boolean alive) {

  /**
   * Whether every request succeeded and every version was loaded. The last version may still be
   * loading.
   */
  public boolean passed() {
    return load.clean() && refusedVersions == 0 && reloads >= renewals - 1 && alive;
  }

  public ObjectNode toJson() {
    ObjectNode node = load.toJson();
    node.put("connections", connections);
    node.put("renewals", renewals);
    node.put("reloads", reloads);
    node.put("refusedVersions", refusedVersions);
    node.put("rowsPerRun", rowsPerRun);
    node.put("passed", passed());
    return node;
  }

  public String toText() {
    return load.toText()
        + String.format(
            Locale.ROOT,
            "%n%d connections, %d new versions, %d loaded, %d failed to load, %.1f rows per batch:"
                + " %s%n",
            connections,
            renewals,
            reloads,
            refusedVersions,
            rowsPerRun,
            passed() ? "passed" : "FAILED");
  }
}
