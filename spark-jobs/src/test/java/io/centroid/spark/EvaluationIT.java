package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.OuterStep;
import io.centroid.evaluate.Evaluation;
import io.centroid.train.EarlyStopping;
import io.centroid.train.LocalShardedData;
import io.centroid.train.OutlierRule;
import io.centroid.train.RoundLimit;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.TrainingLoop;
import io.centroid.train.TrainingPlan;
import io.centroid.train.Workers;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.WorkerSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.storage.BroadcastBlockId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations between the rounds, on executors that are processes of their own. */
class EvaluationIT {
  @TempDir private Path home;

  @Test
  void theNextRoundStartsFromTheParametersThatAnEvaluationHasPublished() throws Exception {
    SparkConf conf =
        new SparkConf(false).setMaster("local-cluster[2,1,1024]").setAppName("evaluations");
    try (LocalCluster cluster = LocalCluster.start(home, conf)) {
      cluster.awaitExecutors(2);
      Published published = new Published();
      cluster.spark().sc().addSparkListener(published);
      for (InnerStatePolicy policy : List.of(InnerStatePolicy.RESET, InnerStatePolicy.KEEP)) {
        Outcome expected;
        try (ShardedData data = new LocalShardedData(shards(), 2)) {
          expected = run(data, policy);
        }
        try (ShardedData data =
            new SparkShardedData(cluster.spark(), shards(), 2, RoundLimit.NONE)) {
          Outcome outcome = run(data, policy);
          assertThat(outcome.losses).hasSize(3).isEqualTo(expected.losses);
          assertThat(outcome.end.parameters()).isEqualTo(expected.end.parameters());
        }
        cluster.spark().sc().listenerBus().waitUntilEmpty();
        // Four rounds, of which the third starts as evaluated, and the end, evaluated twice.
        assertThat(published.vectors()).hasSize(5);
      }
    }
  }

  private static ShardSpec shards() {
    return new ShardSpec(FaultySource.sound(), 5, 0.25, FaultyRounds.WORKERS);
  }

  private record Outcome(TrainState end, List<Double> losses) {}

  private static Outcome run(ShardedData data, InnerStatePolicy policy) {
    WorkerSpec spec = FaultyRounds.spec(policy, FaultyRounds.WORKERS);
    OuterStep outer =
        new OuterSettings(OuterSettings.Name.NESTEROV, 0.7, 0.5, 0.9, 0.99, 1e-8)
            .create(spec.network().layout());
    float[] initial = new float[Math.toIntExact(spec.network().layout().parameterCount())];
    for (int i = 0; i < initial.length; i++) {
      initial[i] = (i % 7 - 3) * 0.01f;
    }
    List<Double> losses = new ArrayList<>();
    Workers workers = data.workers(spec, outer);
    TrainingListener collect =
        new TrainingListener() {
          @Override
          public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
            losses.add(evaluation.lossSum());
          }
        };
    TrainState end =
        new TrainingLoop(
                new TrainingPlan(1, 2, 4),
                workers,
                true,
                EarlyStopping.never(),
                new OutlierRule(100),
                List.of(collect))
            .run(TrainState.initial(initial));
    losses.add(workers.evaluate(EvaluationSet.TRAIN, end.parameters()).lossSum());
    return new Outcome(end, losses);
  }

  /** Counts the vectors of parameters by the broadcasts that their blocks belong to. */
  private static final class Published extends SparkListener {
    private static final long LEAST_ID = 1L << 40;
    private final Set<Long> ids = new ConcurrentSkipListSet<>();

    Set<Long> vectors() {
      Set<Long> found = new TreeSet<>(ids);
      ids.clear();
      return found;
    }

    @Override
    public void onBlockUpdated(SparkListenerBlockUpdated event) {
      if (event.blockUpdatedInfo().blockId() instanceof BroadcastBlockId block
          && block.broadcastId() >= LEAST_ID) {
        ids.add(block.broadcastId());
      }
    }
  }
}
