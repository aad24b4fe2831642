package io.centroid.bench;

/**
 * Runs turns in a process of its own, which reads an {@link Entrant} a line and answers each with a
 * {@link Turn}, both as JSON.
 */
public final class RemoteRunner implements TurnRunner {
  private final LineProcess process;

  /**
   * Starts the process.
   *
   * @param name of the contestant, for messages
   */
  public RemoteRunner(String name, ProcessBuilder builder) {
    this.process = new LineProcess(name, builder);
  }

  @Override
  public Turn run(Entrant entrant) {
    return process.ask(entrant, Turn.class);
  }

  @Override
  public void close() {
    process.close();
  }
}
