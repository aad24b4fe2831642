package io.centroid.nn.gpt2;

/**
 * The range of texts in the activations that one thread processes.
 *
 * @param firstSequence index of the first text
 * @param sequences number of texts
 * @param sequenceLength number of tokens per text
 */
record RowRange(int firstSequence, int sequences, int sequenceLength) {

  int firstRow() {
    return firstSequence * sequenceLength;
  }

  /** Number of tokens. */
  int rows() {
    return sequences * sequenceLength;
  }

  /** Offset of the first row in a matrix with {@code columns} columns. */
  long from(int columns) {
    return (long) firstRow() * columns;
  }
}
