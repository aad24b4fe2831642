package io.centroid.fuzz;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sums over a target's trials. Thread-safe. */
final class Tally {
  private final String target;
  private final long seed;
  private final Map<String, Finding> findings = new HashMap<>();
  private long inputs;
  private long accepted;
  private long refused;
  private long inputBytes;
  private long slowestNanos;
  private long peakBytes;

  Tally(String target, long seed) {
    this.target = target;
    this.seed = seed;
  }

  synchronized void add(long number, byte[] input, Trial trial) {
    inputs++;
    inputBytes += input.length;
    slowestNanos = Math.max(slowestNanos, trial.nanos());
    peakBytes = Math.max(peakBytes, trial.allocated());
    if (trial.accepted()) {
      accepted++;
    } else if (trial.fault().isEmpty()) {
      refused++;
    }
    trial.fault().ifPresent(fault -> add(number, input, fault));
  }

  /** Of faults with the same signature the one with the lowest number stays. */
  synchronized void add(long number, byte[] input, Fault fault) {
    findings.merge(
        fault.signature(),
        new Finding(target, seed, number, input, fault),
        (one, other) -> one.number() <= other.number() ? one : other);
  }

  synchronized long inputs() {
    return inputs;
  }

  synchronized TargetReport report(long nanos) {
    List<Finding> ordered = new ArrayList<>(findings.values());
    ordered.sort(Comparator.comparingLong(Finding::number));
    return new TargetReport(
        target, inputs, accepted, refused, inputBytes, slowestNanos, peakBytes, nanos, ordered);
  }
}
