package io.centroid.fuzz;

/**
 * An input that made a parser break a rule.
 *
 * @param number of the input among those of the target and seed
 */
public record Finding(String target, long seed, long number, byte[] input, Fault fault) {

  /** The name of the file that keeps the input. */
  public String fileName() {
    return "%s-%d-%d.%s".formatted(target, seed, number, fault.kind());
  }
}
