package io.centroid.spark.dl4j;

import io.centroid.InputException;
import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.optim.InnerState;
import io.centroid.spark.Jobs;
import io.centroid.spark.Reading;
import io.centroid.spark.SparkWorkers;
import io.centroid.train.CarriedState;
import io.centroid.train.RoundLimit;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.RoundSpec;
import io.centroid.train.worker.WorkerReport;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;

/**
 * One pass over the dealt data in rounds. The network is written to when the epoch is over, or
 * after each round where somebody listens; a failed epoch leaves it at its last complete state.
 */
final class Epoch {
  private final MasterSettings settings;
  private final RDD<Reading<Minibatches>> shards;
  private final Dl4jTraining training;
  private final Network network;
  private final RoundListeners listeners;
  private double loss;

  Epoch(
      MasterSettings settings,
      RDD<Reading<Minibatches>> shards,
      Dl4jTraining training,
      Network network,
      RoundListeners listeners) {
    this.settings = settings;
    this.shards = shards;
    this.training = training;
    this.network = network;
    this.listeners = listeners;
  }

  /** What the rounds of any network depend on. */
  private record Spec(InnerStatePolicy innerState, Codec codec, int workers, int moments)
      implements RoundSpec {}

  /** Trains and writes the result to the network; what is left of the course goes on. */
  Course run(JavaSparkContext spark, Course course) {
    int minibatches = longestShard();
    InnerState updater = network.copyOfUpdaterState();
    RoundSpec spec =
        new Spec(
            settings.innerState(),
            settings.createCodec(),
            shards.getNumPartitions(),
            updater.moments().size());
    OuterStep outerStep = settings.outer().create(NetworkLayout.of(network));
    TrainState state =
        new TrainState(
            course.rounds(),
            network.iteration(),
            network.epoch(),
            0,
            0,
            network.parameters(),
            new CarriedState.InMemory(
                settings.innerState() == InnerStatePolicy.RESET || hasOwn(course) ? null : updater,
                course.own(),
                course.outer()));
    listeners.epochStarts(network);
    try (SparkWorkers<Minibatches> workers =
        new SparkWorkers<>(spark, shards, training, spec, outerStep, 0, RoundLimit.NONE)) {
      while (state.stepInEpoch() < minibatches) {
        int steps = Math.min(settings.localSteps(), minibatches - state.stepInEpoch());
        RoundResult result = workers.run(new Round(state, steps));
        loss = result.loss();
        state = after(state, steps, result);
        if (!listeners.isEmpty()) {
          write(state);
          listeners.roundDone(network, loss);
        }
      }
      CarriedState carried = state.carried();
      Course next =
          new Course(network.model(), state.rounds(), carried.outerState(), carried.workerStates());
      write(state);
      listeners.epochEnds(network);
      return next;
    }
  }

  private static boolean hasOwn(Course course) {
    return course.own().stream().anyMatch(kept -> kept.inner() != null);
  }

  /** Steps are counted as the network counts: it may update more than once a minibatch. */
  private static TrainState after(TrainState state, int steps, RoundResult result) {
    double updates =
        result.reports().stream().mapToDouble(WorkerReport::learningRateSum).max().orElse(0);
    return new TrainState(
        state.rounds() + 1,
        state.steps() + Math.round(updates),
        state.epoch(),
        state.stepInEpoch() + steps,
        state.examples() + result.examples(),
        result.parameters(),
        result.carried());
  }

  /** Mean training loss of the last round. */
  double loss() {
    return loss;
  }

  private void write(TrainState state) {
    network.parameters(state.parameters());
    InnerState shared = state.carried().shared();
    if (shared != null) {
      network.updaterState(shared);
    }
    network.iteration(Math.toIntExact(state.steps()));
  }

  /** Minibatches of the worker that has most. */
  private int longestShard() {
    List<Reading<Integer>> counts = new ArrayList<>();
    Jobs.<Reading<Minibatches>, Reading<Integer>>run(
        shards, shard -> shard.map(Minibatches::count), (count, worker) -> counts.add(count));
    int most = counts.stream().mapToInt(Reading::require).max().orElse(0);
    if (most == 0) {
      throw new InputException("the RDD to train on has no examples");
    }
    return most;
  }
}
