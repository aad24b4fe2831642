package io.centroid.spark.dl4j;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.error.InputException;
import io.centroid.optim.InnerState;
import io.centroid.spark.Jobs;
import io.centroid.spark.ReadResult;
import io.centroid.spark.SparkWorkers;
import io.centroid.spark.monitoring.RunJobs;
import io.centroid.spark.placement.WorkerHomes;
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
 * Trains one epoch over the shards, in rounds. The network is updated at the end of the epoch, or
 * after each round if there are listeners; a failed epoch leaves it in its last complete state.
 */
final class Epoch {
  private final MasterSettings settings;
  private final RDD<ReadResult<Minibatches>> shards;
  private final Dl4jTraining training;
  private final Dl4jNetwork network;
  private final RoundListeners listeners;
  private double loss;

  Epoch(
      MasterSettings settings,
      RDD<ReadResult<Minibatches>> shards,
      Dl4jTraining training,
      Dl4jNetwork network,
      RoundListeners listeners) {
    this.settings = settings;
    this.shards = shards;
    this.training = training;
    this.network = network;
    this.listeners = listeners;
  }

  /** Settings of the rounds. */
  private record Spec(InnerStatePolicy innerState, Codec codec, int workers, int moments)
      implements RoundSpec {}

  /**
   * Trains the epoch and updates the network.
   *
   * @return state for the next epoch
   */
  EpochState run(JavaSparkContext spark, EpochState carried) {
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
            carried.rounds(),
            network.iteration(),
            network.epoch(),
            0,
            0,
            network.parameters(),
            new CarriedState.InMemory(
                settings.innerState() == InnerStatePolicy.RESET || hasOwn(carried) ? null : updater,
                carried.own(),
                carried.outer()));
    listeners.epochStarts(network);
    try (RunJobs jobs = new RunJobs(spark.sc(), null);
        SparkWorkers<Minibatches> workers =
            new SparkWorkers<>(
                spark,
                jobs,
                shards,
                new WorkerHomes(spark.sc(), spec.workers()),
                training,
                spec,
                outerStep,
                0,
                RoundLimit.NONE)) {
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
      CarriedState last = state.carried();
      EpochState next =
          new EpochState(network.model(), state.rounds(), last.outerState(), last.workerStates());
      write(state);
      listeners.epochEnds(network);
      return next;
    }
  }

  private static boolean hasOwn(EpochState carried) {
    return carried.own().stream().anyMatch(kept -> kept.inner() != null);
  }

  /** Steps are counted as by the network, which may update more than once per minibatch. */
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

  /** Maximum number of minibatches of a worker. */
  private int longestShard() {
    List<ReadResult<Integer>> counts = new ArrayList<>();
    Jobs.<ReadResult<Minibatches>, ReadResult<Integer>>run(
        shards, shard -> shard.map(Minibatches::count), (count, worker) -> counts.add(count));
    int longest = counts.stream().mapToInt(ReadResult::require).max().orElse(0);
    if (longest == 0) {
      throw new InputException("the RDD to train on has no examples");
    }
    return longest;
  }
}
