package io.centroid.run;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.Retention;
import io.centroid.config.RunConfig;
import io.centroid.evaluate.Evaluation;
import io.centroid.kernels.FloatVector;
import io.centroid.report.MetricsLog;
import io.centroid.train.DataPart;
import io.centroid.train.LocalStepsChoice;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingLoop;
import io.centroid.train.TrainingPlan;
import io.centroid.train.Workers;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Training from a first state to the end of the plan, and all that is written on the way. */
final class RunExecution {
  private final RunConfig config;
  private final RunSetup setup;
  private final ShardedData data;
  private final Workers workers;
  private final RunDirectory directory;
  private final CheckpointStore store;
  private final RunObserver observer;

  RunExecution(
      RunConfig config,
      RunSetup setup,
      ShardedData data,
      RunDirectory directory,
      CheckpointStore store,
      RunObserver observer) {
    this.config = config;
    this.setup = setup;
    this.data = data;
    this.workers = data.workers(setup.spec(), setup.outerStep());
    this.directory = directory;
    this.store = store;
    this.observer = observer;
  }

  /**
   * The plan, with its local steps measured if the configuration leaves them open.
   *
   * @param chosenBefore local steps of a run that goes on; 0 if it starts
   */
  TrainingPlan plan(TrainState start, int chosenBefore) {
    RunConfig.Train train = config.train();
    if (train.localSteps() != RunConfig.Train.MEASURED) {
      return setup.plan();
    }
    if (chosenBefore > 0) {
      return setup.plan().withLocalSteps(chosenBefore);
    }
    LocalStepsChoice choice =
        LocalStepsChoice.measure(
            workers, start, setup.plan(), data.parallelism(), train.synchronisationShare());
    observer.onNote(
        String.format(
            Locale.ROOT,
            "train.local-steps = auto: %d, since a step takes %.2f ms and a meeting %.1f ms"
                + " (%.0f %% of the time)",
            choice.localSteps(),
            choice.stepNanos() / 1e6,
            choice.roundNanos() / 1e6,
            100 * choice.share()));
    return setup.plan().withLocalSteps(choice.localSteps());
  }

  /**
   * Trains and evaluates.
   *
   * @param hasTest whether there is test data
   * @throws io.centroid.train.DivergedException if training left the finite numbers
   */
  RunResult run(TrainingPlan plan, FirstState start, boolean hasTest) throws IOException {
    boolean higherIsBetter = setup.metric().higherIsBetter();
    String metric = setup.checkpointMetric();
    CheckpointWriter writer =
        directory.beforeTheStart(
            () ->
                store.writer(
                    Retention.lastAndBest(config.checkpoint().keep(), metric, higherIsBetter)));
    Throughput throughput = new Throughput(start.look(), plan.totalSteps());
    TimeAccount account = new TimeAccount(data.parallelism());
    MemoryAccount memory = new MemoryAccount();
    LastEvaluation last = new LastEvaluation();
    TrainState end;
    try (MetricsLog metrics = directory.beforeTheStart(() -> directory.metrics(start.steps()));
        CheckpointKeeper keeper =
            new CheckpointKeeper(
                writer,
                setup.checkpoints(),
                plan,
                setup.stopping(),
                config.checkpoint().everyRounds(),
                startOnDisk(start))) {
      observer.onStart(plan, start.look());
      TrainingLoop loop =
          new TrainingLoop(
              plan,
              workers,
              setup.validates(),
              setup.stopping(),
              List.of(throughput, account, memory, last, metrics, keeper, observer));
      try {
        end = loop.run(start::take);
      } finally {
        observer.onEnd();
      }
      keeper.save(end);
      account.summary().ifPresent(observer::onNote);
      if (onSpark()) {
        account
            .oneMachine(Runtime.getRuntime().availableProcessors(), setup.spec().workers())
            .ifPresent(observer::onNote);
      }
      if (setup.validates() && last.step != end.steps()) {
        last.onEvaluation(
            end, DataPart.VALIDATION, workers.evaluate(DataPart.VALIDATION, end.parameters()));
      }
      if (hasTest) {
        Evaluation test = workers.evaluate(DataPart.TEST, end.parameters());
        metrics.onEvaluation(end, DataPart.TEST, test);
        last.test = test.metrics();
      }
    }
    long best = store.best(metric, higherIsBetter).map(checkpoint -> checkpoint.step()).orElse(-1L);
    RunResult result =
        new RunResult(
            directory.display(),
            end.steps(),
            end.rounds(),
            end.epoch(),
            end.examples(),
            throughput.examplesPerSecond(),
            plan.localSteps(),
            account.computeShare(),
            account.bytesUp(),
            account.bytesDown(),
            FloatVector.sha256(end.parameters()),
            last.validation,
            last.test,
            best,
            memory.memory());
    directory.writeResult(result);
    observer.onNote(onSpark() ? result.memory().ofCluster() : result.memory().ofOneProcess());
    return result;
  }

  private boolean onSpark() {
    return config.compute().workers() == RunConfig.Compute.WorkerKind.SPARK;
  }

  private static long startOnDisk(FirstState start) {
    return start.steps() == 0 ? -1 : start.steps();
  }

  private static final class LastEvaluation implements TrainingListener {
    private long step = -1;
    private Map<String, Double> validation = Map.of();
    private Map<String, Double> test = Map.of();

    @Override
    public void onEvaluation(TrainState state, DataPart part, Evaluation evaluation) {
      step = state.steps();
      validation = evaluation.metrics();
    }
  }
}
