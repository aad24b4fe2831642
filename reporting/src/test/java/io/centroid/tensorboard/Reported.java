package io.centroid.tensorboard;

import io.centroid.config.RunConfig;
import io.centroid.data.InputShape;
import io.centroid.data.Moments;
import io.centroid.data.Normalization;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.EvaluationDetails;
import io.centroid.evaluate.Mistake;
import io.centroid.evaluate.ScoreCounts;
import io.centroid.io.HadoopFiles;
import io.centroid.memory.PeakMemory;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RoundMetric;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RoundMetrics.WorkerMetrics;
import io.centroid.run.metrics.RunMemory;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.CarriedState;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** A made-up run of a network of two inputs and two classes, and what it reports. */
final class Reported {
  static final NetworkSpec NETWORK =
      new NetworkSpec(
          new Architecture.Mlp(List.of(4), Activation.RELU),
          new InputShape(1, 1, 2),
          2,
          Loss.CROSS_ENTROPY,
          1);
  static final int STEPS_PER_EPOCH = 4;

  final List<String> notes = new ArrayList<>();
  private final Path folder;

  Reported(Path folder) {
    this.folder = folder;
  }

  Path events() {
    return folder.resolve(EventLog.FOLDER);
  }

  ReportedRun from(TrainState start, String... settings) {
    List<String> all = new ArrayList<>(List.of("run.dir=" + folder, "train.workers=2"));
    all.addAll(Arrays.asList(settings));
    RunConfig config = RunConfig.load(null, all);
    HadoopFiles files = new HadoopFiles(new Configuration());
    return new ReportedRun(
        config,
        "train { workers = 2 }\n# **bold**",
        files,
        files.path(folder.toUri().toString()),
        NETWORK,
        NETWORK.layout(),
        Normalization.NONE,
        List.of("cat", "dog"),
        null,
        new TrainingPlan(1, STEPS_PER_EPOCH, 12),
        start.steps(),
        Map.of(),
        notes::add);
  }

  TensorBoardReporter open(TrainState start, String... settings) throws IOException {
    return (TensorBoardReporter)
        new TensorBoard(Map.of(), () -> 0).open(from(start, settings), start).orElseThrow();
  }

  /** The state after a number of steps; each parameter is the number of steps. */
  static TrainState state(long steps) {
    float[] parameters = new float[(int) NETWORK.layout().parameterCount()];
    Arrays.fill(parameters, steps);
    return new TrainState(
        steps,
        steps,
        (int) (steps / STEPS_PER_EPOCH),
        (int) (steps % STEPS_PER_EPOCH),
        10 * steps,
        parameters,
        CarriedState.nothing());
  }

  /** Reports rounds of a step each, with the evaluation at the end of each epoch. */
  static void rounds(RunReporter reporter, long after, long to) throws IOException {
    for (long step = after + 1; step <= to; step++) {
      TrainState state = state(step);
      reporter.onRound(new Round(state(step - 1), 1), state, metrics(state));
      if (state.stepInEpoch() == 0) {
        reporter.onEvaluation(state, EvaluationSet.VALIDATION, evaluation());
        reporter.onMilestone(state);
      }
    }
  }

  private static RoundMetrics metrics(TrainState state) {
    return new RoundMetrics(
        Instant.ofEpochSecond(1_700_000_000 + state.steps()),
        state.rounds(),
        state.steps(),
        state.examples(),
        0,
        1,
        10,
        Map.of(RoundMetric.LOSS, loss(state.steps()), RoundMetric.BYTES_UP, 1e6),
        List.of(new WorkerMetrics(5, 0.5, 1, 0.1), new WorkerMetrics(0, Double.NaN, 1, 0.1)));
  }

  static double loss(long step) {
    return 2 - step / 8.0;
  }

  /** 3 of 4 examples of class 0 and 6 of 8 of class 1 are right. */
  static Evaluation evaluation() {
    ScoreCounts scores = ScoreCounts.empty(2);
    scores.positives()[0][200] = 3;
    scores.positives()[0][50] = 1;
    scores.negatives()[0][150] = 2;
    scores.negatives()[0][0] = 6;
    scores.positives()[1][0] = 2;
    scores.positives()[1][180] = 6;
    scores.negatives()[1][180] = 1;
    scores.negatives()[1][10] = 3;
    Mistake mistake = new Mistake(0, 1, 0.9f, new byte[] {0, (byte) 255});
    return new Evaluation(
        12,
        6,
        0,
        new long[][] {{3, 1}, {2, 6}},
        Moments.NONE,
        0,
        0,
        new EvaluationDetails(List.of(mistake), scores));
  }

  static RunResult result() {
    RunMemory memory = new RunMemory(PeakMemory.UNKNOWN, PeakMemory.UNKNOWN);
    return new RunResult(
        "run", 4, 4, 1, 40, 1, 1.0, 1, 1, 0, 0, "", Map.of(), Map.of(), null, null, null, null,
        memory);
  }
}
