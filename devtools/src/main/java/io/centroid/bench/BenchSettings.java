package io.centroid.bench;

import java.util.List;

/**
 * Settings shared by all configurations of a benchmark, sent to their processes as JSON.
 *
 * @param data folder with MNIST's files; empty for synthetic digits
 * @param examples number of synthetic training examples if there is no folder
 * @param batchSize examples per worker and local step
 * @param learningRate learning rate of plain SGD
 * @param mostWorkers largest number of workers of the matrix, which is the number of concurrent
 *     tasks
 * @param seconds duration of a run in seconds, rounded to whole rounds
 * @param rounds rounds per run; 0 for as many as fit {@code seconds}
 * @param spark overrides of {@code spark} keys, {@code key=value} each
 */
public record BenchSettings(
    String data,
    int examples,
    int batchSize,
    double learningRate,
    int mostWorkers,
    double seconds,
    int rounds,
    List<String> spark) {
  /** Seed of the parameters, the order of the examples and the synthetic digits. */
  public static final long SEED = 1;
}
