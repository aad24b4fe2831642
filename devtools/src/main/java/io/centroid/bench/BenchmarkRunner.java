package io.centroid.bench;

/**
 * Executes runs in this process or another one. It stays open for the whole benchmark, so that
 * later runs are warmed up.
 */
public interface BenchmarkRunner extends AutoCloseable {

  /** Executes one run. */
  BenchmarkRun run(BenchmarkConfiguration configuration);

  @Override
  void close();
}
