package io.centroid.bench;

import java.util.Locale;

/** A contestant in one cell of the matrix. */
public record Entrant(Contestant contestant, Cell cell) {

  /** One line for people. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, W=%d%s, hidden %d",
        contestant.label(),
        cell.workers(),
        contestant.averagesParameters() ? ", H=" + cell.localSteps() : "",
        cell.hidden());
  }
}
