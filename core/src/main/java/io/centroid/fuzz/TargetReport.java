package io.centroid.fuzz;

import java.util.List;

/**
 * What came of a target's inputs.
 *
 * @param slowestNanos of the slowest input
 * @param peakBytes allocated by the input that allocated most
 * @param findings one for each fault, by the numbers of their inputs
 */
public record TargetReport(
    String target,
    long inputs,
    long accepted,
    long refused,
    long inputBytes,
    long slowestNanos,
    long peakBytes,
    long nanos,
    List<Finding> findings) {

  public TargetReport {
    findings = List.copyOf(findings);
  }
}
