package io.centroid.cli.doctor;

import java.util.List;

/**
 * What a check saw.
 *
 * @param isSkipped whether there was nothing to check
 * @param detail what was seen, or why it was skipped, in one line
 */
record Outcome(boolean isSkipped, String detail, List<Finding> findings) {
  Outcome {
    findings = List.copyOf(findings);
  }

  static Outcome ok(String detail) {
    return of(detail, List.of());
  }

  static Outcome of(String detail, List<Finding> findings) {
    return new Outcome(false, detail, findings);
  }

  static Outcome skipped(String reason) {
    return new Outcome(true, reason, List.of());
  }
}
