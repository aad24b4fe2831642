package io.centroid.train;

import io.centroid.evaluate.Evaluation;
import io.centroid.memory.PeakMemory;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Workers that train for real on a simulated clock: step durations are random, with stragglers, and
 * deltas queue for the driver's link after a latency.
 */
final class SimulatedCluster implements Workers {
  private final Trainer trainer;
  private final int workers;
  private final StepTime steps;
  private final Links links;
  private final Random random;
  private final List<RoundCost> costs = new ArrayList<>();
  private final List<List<Integer>> arrivals = new ArrayList<>();

  SimulatedCluster(Trainer trainer, int workers, StepTime steps, Links links, long seed) {
    this.trainer = trainer;
    this.workers = workers;
    this.steps = steps;
    this.links = links;
    this.random = new Random(seed);
  }

  /** Runs a round whose workers finish in a given order. */
  interface Trainer {
    RoundResult run(Round round, List<Integer> arrival);

    /** Workers that ignore the order of arrival. */
    static Trainer of(Workers workers) {
      return (round, arrival) -> workers.run(round);
    }
  }

  /** Distribution of the duration of a local step. */
  interface StepTime {
    double nanos(Random random, int worker);

    /** Exponential: the expected maximum over W workers is the mean times 1 + 1/2 + ... + 1/W. */
    static StepTime exponential(double mean) {
      return (random, worker) -> -mean * Math.log(1 - random.nextDouble());
    }

    /** Uniform within 25 % of the mean. */
    static StepTime even(double mean) {
      return (random, worker) -> mean * (0.75 + 0.5 * random.nextDouble());
    }

    /** {@link #even}, but one step in a hundred takes ten times as long. */
    static StepTime withStragglers(double mean) {
      return (random, worker) ->
          even(mean).nanos(random, worker) * (random.nextInt(100) == 0 ? 10 : 1);
    }
  }

  /**
   * Network and driver costs.
   *
   * @param latencyNanos mean latency of a message, which varies by 50 %
   * @param bytesPerSecond bandwidth of the driver's link, which transfers one delta at a time
   * @param aggregationNanos duration of the driver's aggregation per delta
   */
  record Links(double latencyNanos, double bytesPerSecond, double aggregationNanos) {
    double latency(Random random) {
      return latencyNanos * (0.5 + random.nextDouble());
    }

    double wireNanos(long bytes) {
      return bytes / bytesPerSecond * 1e9;
    }
  }

  @Override
  public RoundResult run(Round round) {
    double[] compute = new double[workers];
    double[] arrival = new double[workers];
    for (int worker = 0; worker < workers; worker++) {
      for (int step = 0; step < round.steps(); step++) {
        compute[worker] += steps.nanos(random, worker);
      }
      arrival[worker] = links.latency(random) + compute[worker] + links.latency(random);
    }
    List<Integer> order =
        IntStream.range(0, workers)
            .boxed()
            .sorted(Comparator.comparingDouble(worker -> arrival[worker]))
            .toList();
    RoundResult real = trainer.run(round, order);
    double last = 0;
    for (int worker : order) {
      last = Math.max(last, arrival[worker]) + links.wireNanos(real.cost().bytesUp() / workers);
    }
    RoundCost cost =
        new RoundCost(
            (long) links.wireNanos(real.cost().bytesDown()),
            (long) last,
            (long) (links.aggregationNanos() * workers),
            (long) Arrays.stream(compute).max().orElse(0),
            (long) Arrays.stream(compute).max().orElse(0),
            (long) Arrays.stream(compute).sum(),
            real.cost().bytesDown(),
            real.cost().bytesUp());
    costs.add(cost);
    arrivals.add(order);
    return new RoundResult(
        real.parameters(),
        real.carried(),
        real.examples(),
        real.loss(),
        cost,
        PeakMemory.UNKNOWN,
        List.of());
  }

  @Override
  public Evaluation evaluate(EvaluationSet part, float[] parameters) {
    throw new AssertionError("the loop does not validate");
  }

  /** Costs of the rounds so far. */
  List<RoundCost> costs() {
    return costs;
  }

  /** Order of the workers' arrival at the driver, per round. */
  List<List<Integer>> arrivals() {
    return arrivals;
  }

  double meanRoundNanos() {
    return costs.stream().mapToLong(RoundCost::nanos).average().orElse(0);
  }

  /** Communication share: fraction of the time not spent in local steps. */
  double share() {
    double overhead = costs.stream().mapToLong(cost -> cost.overheadNanos(workers)).sum();
    return overhead / costs.stream().mapToLong(RoundCost::nanos).sum();
  }
}
