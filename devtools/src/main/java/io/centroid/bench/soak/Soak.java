package io.centroid.bench.soak;

import io.centroid.run.RunObserver;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.Round;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Samples the resources of a training JVM for a time and then ends the training. */
public final class Soak implements RunObserver {
  private static final int SAMPLES = 50;

  private final Duration length;
  private final Consumer<String> progress;
  private final List<SoakSample> samples = new ArrayList<>();
  private long startedNanos;
  private long firstRound;

  /** Creates an observer that ends the training {@code length} after the first round. */
  public Soak(Duration length, Consumer<String> progress) {
    this.length = length;
    this.progress = progress;
  }

  /** Ends the training after the time is over. */
  public static final class TimeIsOver extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TimeIsOver() {
      super("the soak's time is over", null, false, false);
    }
  }

  @Override
  public void onNote(String note) {
    progress.accept(note);
  }

  @Override
  public void onStart(TrainingPlan plan, TrainState state) {
    startedNanos = System.nanoTime();
    firstRound = state.rounds();
  }

  /**
   * Takes a sample when it is due.
   *
   * @throws TimeIsOver after the last sample
   */
  @Override
  public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    if (seconds * SAMPLES < length.toMillis() / 1e3 * (samples.size() + 1)) {
      return;
    }
    SoakSample sample = SoakSample.take(seconds, state.rounds() - firstRound);
    samples.add(sample);
    progress.accept(
        String.format(
            Locale.ROOT,
            "%,.0f s, %,d rounds: heap %,d MB, native vectors %,d MB, %,d MB off-heap, %d"
                + " threads, %d open files, %d broadcast blocks",
            seconds,
            sample.rounds(),
            sample.heapBytes() >> 20,
            sample.nativeBytes() >> 20,
            sample.offHeapBytes() >> 20,
            sample.threads(),
            sample.openFiles(),
            sample.broadcastBlocks()));
    if (samples.size() == SAMPLES) {
      throw new TimeIsOver();
    }
  }

  @Override
  public void onEnd() {}

  /** Returns the report of the samples. */
  public SoakReport report() {
    return new SoakReport(samples);
  }
}
