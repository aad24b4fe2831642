package io.centroid.bench.gpt2;

import java.util.Map;

/** A GPT-2 implementation under test. It stays warm between runs. */
public interface Gpt2System extends AutoCloseable {

  /**
   * Executes one run.
   *
   * @return median milliseconds by part; see {@link AlternatingGpt2Runs.Result}
   */
  Map<String, Double> run(Gpt2Case what);

  @Override
  void close();
}
