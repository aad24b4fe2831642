package io.centroid.spark.dl4j;

import io.centroid.InputException;
import io.centroid.averaging.OuterStep;
import io.centroid.averaging.WeightedMean;
import io.centroid.averaging.codec.Codec;
import io.centroid.optim.InnerState;
import io.centroid.spark.JavaSerialized;
import io.centroid.spark.Jobs;
import io.centroid.spark.Reading;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.WorkerReport;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;

/**
 * One pass over the dealt data in rounds. The network is written to when the epoch is over, or
 * after each round where somebody listens; a failed epoch leaves it at its last complete state.
 */
final class Epoch {
  private final MasterSettings settings;
  private final RDD<JavaSerialized<Reading<Minibatches>>> shards;
  private final Network network;
  private final RoundListeners listeners;
  private final OuterStep outerStep;
  private final Codec codec;
  private final NetworkSource source;
  private final int epoch;

  private float[] parameters;
  private float[] updaterState;
  private int iteration;
  private double loss;

  Epoch(
      MasterSettings settings,
      RDD<JavaSerialized<Reading<Minibatches>>> shards,
      Network network,
      RoundListeners listeners) {
    this.settings = settings;
    this.shards = shards;
    this.network = network;
    this.listeners = listeners;
    this.outerStep = settings.outer().create(NetworkLayout.of(network));
    this.codec = settings.createCodec();
    this.source = network.source();
    this.epoch = network.epoch();
    this.parameters = network.parameters();
    this.updaterState = network.copyOfUpdaterState();
    this.iteration = network.iteration();
  }

  /** Trains and writes the result to the network; what is left of the course goes on. */
  Course run(JavaSparkContext spark, Course course) {
    int minibatches = longestShard();
    LocalRounds rounds = new LocalRounds(spark, shards, settings.keepsMemory(), course.own());
    long number = course.rounds();
    List<float[]> outer = course.outer();
    listeners.epochStarts(network);
    try {
      for (int first = 0; first < minibatches; first += settings.localSteps()) {
        spark.setJobDescription("round " + number + ", epoch " + epoch);
        Start start = new Start(source, parameters, startState(), iteration);
        List<LocalResult> results = rounds.run(new LocalTask(settings, epoch, first), start);
        outer = meet(number, results, outer);
        number++;
        if (!listeners.isEmpty()) {
          write();
          listeners.roundDone(network, loss);
        }
      }
      Course next = new Course(network.model(), number, outer, rounds.finish());
      write();
      listeners.epochEnds(network);
      return next;
    } catch (RuntimeException e) {
      rounds.abandon();
      throw e;
    } finally {
      spark.setJobDescription(null);
    }
  }

  /** Mean training loss of the last round. */
  double loss() {
    return loss;
  }

  private float[] startState() {
    return settings.innerState() == InnerStatePolicy.RESET ? new float[0] : updaterState;
  }

  private List<float[]> meet(long number, List<LocalResult> results, List<float[]> outer) {
    List<WorkerResult> workers = results.stream().map(LocalResult::worker).toList();
    List<WorkerReport> reports = workers.stream().map(WorkerResult::report).toList();
    loss = WorkerTotals.of(number, reports).loss();
    OuterStep.Moved moved = outerStep.step(number, 0, parameters, mean(workers), outer);
    parameters = moved.parameters();
    if (settings.innerState() == InnerStatePolicy.AVERAGE) {
      updaterState = meanState(workers);
    }
    iteration = results.stream().mapToInt(LocalResult::iteration).max().orElse(iteration);
    return moved.state();
  }

  private float[] mean(List<WorkerResult> workers) {
    WeightedMean sum = new WeightedMean(parameters.length);
    float[] delta = new float[parameters.length];
    for (WorkerResult worker : workers) {
      if (worker.report().examples() > 0) {
        codec.decode(worker.payload().get(0), delta, 0, delta.length);
        sum.add(delta, worker.report().examples());
      }
    }
    return sum.mean();
  }

  private static float[] meanState(List<WorkerResult> workers) {
    List<WorkerResult> seeing =
        workers.stream().filter(worker -> worker.report().examples() > 0).toList();
    InnerState mean =
        InnerState.mean(
            seeing.stream().map(worker -> Objects.requireNonNull(worker.shared())).toList(),
            seeing.stream().map(worker -> worker.report().examples()).toList());
    return mean.moments().get(0);
  }

  private void write() {
    network.parameters(parameters);
    if (settings.innerState() == InnerStatePolicy.AVERAGE) {
      network.updaterState(updaterState);
    }
    network.iteration(iteration);
  }

  /** Minibatches of the worker that has most. */
  private int longestShard() {
    List<Reading<Integer>> counts = new ArrayList<>();
    Jobs.<JavaSerialized<Reading<Minibatches>>, JavaSerialized<Reading<Integer>>>run(
        shards,
        shard -> new JavaSerialized<>(shard.value().map(Minibatches::count)),
        (count, worker) -> counts.add(count.value()));
    int most = counts.stream().mapToInt(count -> count.require()).max().orElse(0);
    if (most == 0) {
      throw new InputException("the RDD to train on has no examples");
    }
    return most;
  }
}
