package io.centroid.bench;

import java.util.Locale;

/** A system under test in one cell of the benchmark matrix. */
public record BenchmarkConfiguration(BenchmarkSystem system, Cell cell) {

  /** A one-line description. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, W=%d%s, hidden %d",
        system.label(),
        cell.workers(),
        system.averagesParameters() ? ", H=" + cell.localSteps() : "",
        cell.hidden());
  }
}
