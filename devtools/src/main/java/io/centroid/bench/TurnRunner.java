package io.centroid.bench;

/**
 * Lets contestants run, in this process or another. It stays open over a whole tournament, so that
 * everything but the first turns finds it warm.
 */
public interface TurnRunner extends AutoCloseable {

  /** Runs one turn. */
  Turn run(Entrant entrant);

  @Override
  void close();
}
