package io.centroid.bench;

import io.centroid.average.Codec;
import io.centroid.config.RunConfig;
import io.centroid.data.DataSummary;
import io.centroid.data.Normalisation;
import io.centroid.data.Split;
import io.centroid.memory.PeakMemory;
import io.centroid.model.Activation;
import io.centroid.model.Architecture;
import io.centroid.model.Backend;
import io.centroid.model.Learner;
import io.centroid.model.Learners;
import io.centroid.model.Loss;
import io.centroid.model.NetworkSpec;
import io.centroid.optimize.MeanOuterStep;
import io.centroid.train.EarlyStopping;
import io.centroid.train.InnerStatePolicy;
import io.centroid.train.Round;
import io.centroid.train.RoundResult;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingLoop;
import io.centroid.train.TrainingPlan;
import io.centroid.train.WorkerSpec;
import io.centroid.train.Workers;
import java.util.ArrayList;
import java.util.List;

/** Centroid's own loop in one cell; each turn goes on from the parameters of the last. */
final class AveragingTraining {
  private final Cell cell;
  private final RoundCosts costs;
  private final Workers workers;
  private final int localSteps;
  private final int stepsPerEpoch;
  private final Pace pace;
  private TrainState state;

  AveragingTraining(BenchSettings settings, Cell cell, ShardedData data, RoundCosts costs) {
    this.cell = cell;
    this.costs = costs;
    RunConfig config = BenchData.configuration(settings);
    DataSummary summary = data.survey(Split.TRAIN);
    int batch = settings.batchSize();
    this.stepsPerEpoch = Math.max(1, (summary.largestShard() + batch - 1) / batch);
    this.localSteps = Math.min(cell.localSteps(), stepsPerEpoch);
    NetworkSpec network =
        new NetworkSpec(
            new Architecture.Mlp(List.of(cell.hidden()), Activation.RELU),
            summary.shape(),
            summary.classes(),
            Loss.CROSS_ENTROPY,
            BenchSettings.SEED,
            Backend.CPU);
    WorkerSpec spec =
        new WorkerSpec(
            network,
            Normalisation.of(config.data().normalisation(), summary),
            config.optimizer().settings(stepsPerEpoch, stepsPerEpoch),
            InnerStatePolicy.AVERAGE,
            Codec.of(Codec.Name.NONE, 1),
            cell.workers(),
            batch,
            BenchSettings.SEED);
    this.workers = data.workers(spec, new MeanOuterStep());
    this.state = TrainState.initial(initialParameters(network));
    this.pace = new Pace(settings, Integer.MAX_VALUE);
  }

  private static float[] initialParameters(NetworkSpec network) {
    Learner learner = Learners.create(network);
    float[] initial = new float[Math.toIntExact(learner.layout().parameterCount())];
    learner.parameters().store(initial);
    return initial;
  }

  Turn turn() {
    int rounds = pace.rounds();
    long examplesBefore = state.examples();
    Recorder recorder = new Recorder();
    TrainingLoop loop =
        new TrainingLoop(
            new TrainingPlan(localSteps, stepsPerEpoch, state.steps() + (long) rounds * localSteps),
            workers,
            false,
            EarlyStopping.never(),
            List.of(recorder));
    MemoryWatch memory = MemoryWatch.start();
    long started = System.nanoTime();
    state = loop.run(state);
    long nanos = System.nanoTime() - started;
    PeakMemory peak = memory.stop();
    pace.took(recorder.rounds.size(), nanos);
    return Turn.of(
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
