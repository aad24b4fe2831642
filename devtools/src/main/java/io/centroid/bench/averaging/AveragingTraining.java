package io.centroid.bench.averaging;

import io.centroid.bench.BenchData;
import io.centroid.bench.BenchSettings;
import io.centroid.bench.BenchmarkRun;
import io.centroid.bench.Cell;
import io.centroid.bench.scaling.RoundCost;
import io.centroid.bench.scaling.RoundCosts;
import io.centroid.bench.soak.MemoryWatch;
import io.centroid.memory.PeakMemory;
import io.centroid.train.RoundResult;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.Round;
import java.util.ArrayList;
import java.util.List;

/**
 * Centroid's training loop in one cell of the matrix. Each run continues from the parameters of the
 * previous run.
 */
public final class AveragingTraining {
  private final Cell cell;
  private final RoundCosts costs;
  private final DenseTraining training;
  private final int localSteps;
  private final Pace pace;
  private TrainState state;

  public AveragingTraining(BenchSettings settings, Cell cell, ShardedData data, RoundCosts costs) {
    this.cell = cell;
    this.costs = costs;
    this.training =
        DenseTraining.of(
            BenchData.configuration(settings),
            data,
            cell.workers(),
            cell.hidden(),
            settings.batchSize());
    this.localSteps = Math.min(cell.localSteps(), training.stepsPerEpoch());
    this.state = training.initial();
    this.pace = new Pace(settings, Integer.MAX_VALUE);
  }

  public BenchmarkRun run() {
    int rounds = pace.rounds();
    long examplesBefore = state.examples();
    Recorder recorder = new Recorder();
    MemoryWatch memory = MemoryWatch.start();
    long started = System.nanoTime();
    state = training.run(state, localSteps, rounds, recorder);
    long nanos = System.nanoTime() - started;
    PeakMemory peak = memory.stop();
    pace.took(recorder.rounds.size(), nanos);
    return BenchmarkRun.of(
        state.examples() - examplesBefore, nanos, state.parameters().length, recorder.rounds, peak);
  }

  private final class Recorder implements TrainingListener {
    private final List<RoundCost> rounds = new ArrayList<>();

    @Override
    public void onRound(TrainState after, Round round, RoundResult result, long roundNanos) {
      rounds.add(costs.of(cell.workers(), round, result, roundNanos));
    }
  }
}
