package io.centroid.run;

import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.Round;

/**
 * Training throughput in examples per second, without evaluations and checkpoints. It is measured
 * after the first epoch of this process, or after the first fifth of a run of at most one epoch.
 */
final class Throughput implements TrainingListener {
  private static final int BUCKETS = 100;

  private final long firstStep;
  private final long lastStep;
  private final int firstEpoch;
  private final long[] examples = new long[BUCKETS];
  private final long[] nanos = new long[BUCKETS];
  private long laterExamples;
  private long laterNanos;

  Throughput(TrainState start, long totalSteps) {
    this.firstStep = start.steps();
    this.lastStep = Math.max(totalSteps, start.steps() + 1);
    this.firstEpoch = start.epoch();
  }

  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
    if (round.epoch() > firstEpoch) {
      laterExamples += result.examples();
      laterNanos += roundNanos;
      return;
    }
    long done = round.firstStep() - firstStep;
    int bucket = (int) (done * BUCKETS / (lastStep - firstStep));
    examples[Math.min(bucket, BUCKETS - 1)] += result.examples();
    nanos[Math.min(bucket, BUCKETS - 1)] += roundNanos;
  }

  /** Examples per second; 0 if nothing was trained. */
  double examplesPerSecond() {
    if (laterNanos > 0) {
      return laterExamples / (laterNanos / 1e9);
    }
    double measured = throughput(BUCKETS / 5);
    return measured > 0 ? measured : throughput(0);
  }

  private double throughput(int from) {
    long seen = 0;
    long taken = 0;
    for (int i = from; i < BUCKETS; i++) {
      seen += examples[i];
      taken += nanos[i];
    }
    return taken == 0 ? 0 : seen / (taken / 1e9);
  }
}
