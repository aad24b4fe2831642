package io.centroid.bench.gpu;

/**
 * Search of the largest batch: it is doubled until the device is out of memory.
 *
 * @param limit largest batch that is tried
 */
record BatchSearch(int limit) {

  /** A training step with a batch. */
  interface Trial {
    /** Takes the step; throws if the device has too little memory. */
    void run(int batch) throws NotMeasuredException;
  }

  /** Returns the largest power of two whose step ran; 0 if there is not enough memory for one. */
  int largest(Trial trial) {
    int largest = 0;
    for (int batch = 1; batch <= limit; batch *= 2) {
      try {
        trial.run(batch);
      } catch (NotMeasuredException e) {
        return largest;
      }
      largest = batch;
    }
    return largest;
  }
}
