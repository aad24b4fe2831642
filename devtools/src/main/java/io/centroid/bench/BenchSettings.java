package io.centroid.bench;

/**
 * What all contestants of a tournament have in common; travels to their processes as JSON.
 *
 * @param data folder of MNIST's files; empty: the digits that Centroid draws
 * @param examples training examples to draw where there is no folder
 * @param batchSize examples of one local step of one worker
 * @param rate of plain SGD
 * @param mostWorkers the largest number of workers of the matrix: so many tasks run at once
 * @param seconds length of a turn, approached by whole rounds
 * @param rounds rounds of a turn; 0: as many as fit {@code seconds}
 */
public record BenchSettings(
    String data,
    int examples,
    int batchSize,
    double rate,
    int mostWorkers,
    double seconds,
    int rounds) {
  /** Of the parameters, the examples' order and the drawn digits. */
  public static final long SEED = 1;
}
