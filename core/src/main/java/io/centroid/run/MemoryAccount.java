package io.centroid.run;

import io.centroid.memory.PeakMemory;
import io.centroid.memory.ProcessMemory;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.Round;

/** The peaks of memory that a run's rounds tell of; this process's from the making of this on. */
final class MemoryAccount implements TrainingListener {
  private PeakMemory driver = ProcessMemory.peak();
  private PeakMemory workers = PeakMemory.UNKNOWN;

  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
    workers = workers.or(result.memory());
  }

  /** All until now. */
  RunMemory memory() {
    driver = driver.or(ProcessMemory.peak());
    return new RunMemory(driver, workers);
  }
}
