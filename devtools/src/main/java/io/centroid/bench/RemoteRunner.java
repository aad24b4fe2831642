package io.centroid.bench;

/**
 * Runs configurations in a separate process, which reads one {@link BenchmarkConfiguration} per
 * line and replies with one {@link BenchmarkRun} per line, both as JSON.
 */
public final class RemoteRunner implements BenchmarkRunner {
  private final LineProcess process;

  /**
   * Starts the process.
   *
   * @param name name of the system in messages
   */
  public RemoteRunner(String name, ProcessBuilder builder) {
    this.process = new LineProcess(name, builder);
  }

  @Override
  public BenchmarkRun run(BenchmarkConfiguration configuration) {
    return process.ask(configuration, BenchmarkRun.class);
  }

  @Override
  public void close() {
    process.close();
  }
}
