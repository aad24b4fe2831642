package io.centroid.bench.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What was measured.
 *
 * @param renewals new versions that were laid in the server's way
 * @param reloads those that it took over
 * @param refusedVersions those that it refused
 * @param rowsPerRun mean rows of the model's runs
 * @param alive whether the server was there at the end
 */
public record ServeBenchReport(
    LoadResult load,
    int connections,
    int renewals,
    long reloads,
    long refusedVersions,
    double rowsPerRun,
    boolean alive) {

  /** Whether every request was answered and every version taken. The last one may be under way. */
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
            "%n%d connections, %d new versions, %d taken over, %d refused, %.1f rows a run: %s%n",
            connections,
            renewals,
            reloads,
            refusedVersions,
            rowsPerRun,
            passed() ? "passed" : "FAILED");
  }
}
