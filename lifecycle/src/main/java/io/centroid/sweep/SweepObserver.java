package io.centroid.sweep;

import io.centroid.run.RunObserver;
import java.util.List;

/**
 * Observes a sweep for the user interface. Methods are called one at a time, by the threads of the
 * trials.
 */
public interface SweepObserver {

  /** A remark in one line. */
  default void onNote(String note) {}

  /** The sweep starts or resumes, with the results so far. */
  default void onStart(SweepResults results) {}

  /**
   * A trial starts, or continues after a rung or an interruption.
   *
   * @return observes the trial's run, on the trial's thread
   */
  default RunObserver onTrial(Trial trial) {
    return RunObserver.NONE;
  }

  /** A trial reached a rung or ended, which is recorded. */
  default void onRecord(Trial trial, TrialRecord record, SweepResults results) {}

  /**
   * All trials reached a rung.
   *
   * @param kept trials that continue
   * @param of number of trials that were compared
   */
  default void onRung(int epoch, List<Trial> kept, int of) {}

  /** Ignores all events. */
  SweepObserver NONE = new SweepObserver() {};
}
