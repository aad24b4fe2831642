package io.centroid.nn.gpt2;

/**
 * One thread's part of the texts in the activations.
 *
 * @param firstSequence its first text
 * @param sequences how many
 * @param time tokens of each text
 */
record RowRange(int firstSequence, int sequences, int time) {

  int firstRow() {
    return firstSequence * time;
  }

  /** Tokens. */
  int rows() {
    return sequences * time;
  }

  /** The first value of a matrix with so many columns. */
  long from(int columns) {
    return (long) firstRow() * columns;
  }
}
