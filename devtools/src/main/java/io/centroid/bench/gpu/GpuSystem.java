package io.centroid.bench.gpu;

/** A training system under test. It stays warm between runs of a case. */
public interface GpuSystem extends AutoCloseable {

  /** Name in the results. */
  String name();

  /**
   * Executes one run.
   *
   * @return median milliseconds of a step
   * @throws NotMeasuredException if it cannot run the case, for example for lack of memory
   */
  double run(GpuCase what) throws NotMeasuredException;

  @Override
  void close();
}
