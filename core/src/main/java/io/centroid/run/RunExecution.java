package io.centroid.run;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.lease.LeaseLostException;
import io.centroid.config.RunConfig;
import io.centroid.evaluate.Evaluation;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.train.DivergenceCheck;
import io.centroid.train.LocalStepsChoice;
import io.centroid.train.OutlierRule;
import io.centroid.train.Rollback;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingLoop;
import io.centroid.train.TrainingPlan;
import io.centroid.train.Workers;
import io.centroid.train.worker.EvaluationSet;
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
  private final Recovery.LastGood lastGood;

  /**
   * An execution.
   *
   * @param lastGood where a run that diverged may go on
   */
  RunExecution(
      RunConfig config,
      RunSetup setup,
      ShardedData data,
      RunDirectory directory,
      CheckpointStore store,
      RunObserver observer,
      Recovery.LastGood lastGood) {
    this.config = config;
    this.setup = setup;
    this.data = data;
    this.workers = data.workers(setup.spec(), setup.outerStep());
    this.directory = directory;
    this.store = store;
    this.observer = observer;
    this.lastGood = lastGood;
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
   * @throws LeaseLostException if another process took over the run meanwhile, whatever failed
   *     because of it
   */
  RunResult run(TrainingPlan plan, FirstState start, boolean hasTest, CheckpointWriter writer)
      throws IOException {
    try {
      return trained(plan, start, hasTest, writer);
    } catch (IOException | RuntimeException e) {
      requireNotOvertaken(writer, e);
      throw e;
    }
  }

  private static void requireNotOvertaken(CheckpointWriter writer, Exception failure) {
    if (failure instanceof LeaseLostException) {
      return;
    }
    try {
      writer.lease().check();
    } catch (LeaseLostException e) {
      e.addSuppressed(failure);
      throw e;
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private RunResult trained(
      TrainingPlan plan, FirstState start, boolean hasTest, CheckpointWriter writer)
      throws IOException {
    boolean higherIsBetter = setup.metric().higherIsBetter();
    String metric = setup.checkpointMetric();
    Throughput throughput = new Throughput(start.look(), plan.totalSteps());
    TimeAccount account = new TimeAccount(data.parallelism());
    MemoryAccount memory = new MemoryAccount();
    LastEvaluation last = new LastEvaluation();
    TrainState end;
    try (MetricsLog metrics = directory.beforeTheStart(() -> directory.metrics(start.look()));
        CheckpointingListener keeper =
            new CheckpointingListener(
                writer,
                setup.checkpoints(),
                plan,
                setup.stopping(),
                new CheckpointSchedule(savesEvery(), System::nanoTime),
                startOnDisk(start))) {
      List<TrainingListener> listeners =
          List.of(throughput, account, memory, last, metrics, keeper, observer);
      RunConfig.Divergence divergence = config.train().divergence();
      TrainingLoop loop =
          new TrainingLoop(
              plan,
              workers,
              setup.validates(),
              setup.stopping(),
              new OutlierRule(divergence.outlierFactor()),
              listeners);
      end =
          new Recovery(divergence, lastGood, keeper, listeners, observer)
              .run(start, first -> trained(loop, plan, first, keeper));
      account.summary().ifPresent(observer::onNote);
      if (onSpark()) {
        account
            .oneMachine(Runtime.getRuntime().availableProcessors(), setup.spec().workers())
            .ifPresent(observer::onNote);
      }
      if (setup.validates() && last.step != end.steps()) {
        last.onEvaluation(end, EvaluationSet.VALIDATION, evaluated(EvaluationSet.VALIDATION, end));
      }
      if (hasTest) {
        Evaluation test = evaluated(EvaluationSet.TEST, end);
        metrics.onEvaluation(end, EvaluationSet.TEST, test);
        last.test = test.metrics();
      }
    }
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
            store.best(metric, higherIsBetter).map(checkpoint -> checkpoint.step()).orElse(null),
            memory.memory());
    writer.lease().check();
    directory.writeResult(result);
    observer.onNote(onSpark() ? result.memory().ofCluster() : result.memory().ofOneProcess());
    return result;
  }

  private TrainState trained(
      TrainingLoop loop, TrainingPlan plan, FirstState start, CheckpointingListener keeper) {
    observer.onStart(plan, start.look());
    TrainState end;
    try {
      end = loop.run(start::take);
    } finally {
      observer.onEnd();
    }
    keeper.save(end);
    return end;
  }

  private Evaluation evaluated(EvaluationSet part, TrainState state) {
    Evaluation evaluation = workers.evaluate(part, state.parameters());
    DivergenceCheck.requireLoss(state, part, evaluation);
    return evaluation;
  }

  /** A rollback ends at a checkpoint, so where it may come to one the clock must not decide. */
  private int savesEvery() {
    int everyRounds = config.checkpoint().everyRounds();
    return everyRounds == RunConfig.Checkpoint.BY_TIME
            && config.train().divergence().reaction() == RunConfig.Divergence.Reaction.ROLLBACK
        ? 0
        : everyRounds;
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
    public void onRollback(TrainState state, Rollback rollback) {
      step = -1;
      validation = Map.of();
    }

    @Override
    public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
      step = state.steps();
      validation = evaluation.metrics();
    }
  }
}
