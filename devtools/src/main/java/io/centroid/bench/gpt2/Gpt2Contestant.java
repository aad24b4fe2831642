package io.centroid.bench.gpt2;

import java.util.Map;

/** A system that is timed; it stays warm between turns. */
public interface Gpt2Contestant extends AutoCloseable {

  /**
   * Runs a turn.
   *
   * @return median milliseconds by what took them: {@code step}, or {@code prefill} and {@code
   *     token}
   */
  Map<String, Double> run(Gpt2Case what);

  @Override
  void close();
}
