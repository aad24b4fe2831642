package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.Split;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundLimit;
import io.centroid.train.RoundResult;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingListener;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounds on a user's SparkContext, with Kryo and without our settings. */
class ForeignContextIT {
  @TempDir private Path home;

  @ParameterizedTest
  @ValueSource(strings = {"local[2]", "local-cluster[2,1,1024]"})
  void roundsAreBitwiseIdenticalToThreads(String master) throws Exception {
    try (LocalCluster cluster = LocalCluster.start(home, conf(master))) {
      cluster.awaitExecutors(master.startsWith("local-cluster") ? 2 : 0);
      for (int slices : new int[] {1, 2}) {
        trains(cluster.spark(), slices);
      }
    }
  }

  private static void trains(JavaSparkContext spark, int slices) throws Exception {
    FaultySource source = FaultySource.sound();
    Queue<String> described = new ConcurrentLinkedQueue<>();
    SparkListener listener = descriptions(described);
    spark.setJobDescription("of the user");
    spark.sc().addSparkListener(listener);
    try (ShardedData threads = new LocalShardedData(FaultyRounds.shards(source), 2)) {
      float[] parameters;
      try (ShardedData data =
          new SparkShardedData(spark, FaultyRounds.shards(source), slices, RoundLimit.NONE)) {
        assertThat(data.survey(Split.TRAIN))
            .usingRecursiveComparison()
            .isEqualTo(threads.survey(Split.TRAIN));
        parameters = FaultyRounds.trained(data, new StatesOfFourRounds()).parameters();
        assertThat(data.evaluate(FaultyRounds.spec().scoring(), EvaluationSet.TRAIN, parameters))
            .usingRecursiveComparison()
            .isEqualTo(
                threads.evaluate(FaultyRounds.spec().scoring(), EvaluationSet.TRAIN, parameters));
        assertThat(data.predict(FaultyRounds.spec().scoring(), Split.TRAIN, parameters).values())
            .isEqualTo(
                threads.predict(FaultyRounds.spec().scoring(), Split.TRAIN, parameters).values());
      }
      assertThat(parameters).isEqualTo(FaultyRounds.undisturbed());

      spark.sc().listenerBus().waitUntilEmpty();
      spark.sc().removeSparkListener(listener);
      assertThat(described)
          .contains(
              "round 0: 2 workers, step 1",
              "round 7: 2 workers, step 8",
              "fetching the state of each worker",
              "evaluation of the train examples")
          .anyMatch(text -> text.startsWith("reading "))
          .anyMatch(text -> text.startsWith("prediction of "));
      assertThat(spark.sc().isStopped()).isFalse();
      assertThat(spark.getLocalProperty("spark.job.description")).isEqualTo("of the user");
      assertThat(spark.getPersistentRDDs()).isEmpty();
      assertThat(spark.parallelize(List.of(1, 2)).count()).isEqualTo(2);
    }
  }

  /** Fetches the states of the workers, as a program may do after any round. */
  private static final class StatesOfFourRounds implements TrainingListener {
    @Override
    public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
      if (state.rounds() == 4) {
        assertThat(state.carried().workerStates()).hasSize(2).allMatch(own -> own.inner() != null);
      }
    }
  }

  private static SparkListener descriptions(Queue<String> described) {
    return new SparkListener() {
      @Override
      public void onJobStart(SparkListenerJobStart event) {
        described.add(event.properties().getProperty("spark.job.description"));
      }
    };
  }

  private static SparkConf conf(String master) {
    return new SparkConf(false)
        .setMaster(master)
        .setAppName("user application")
        .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
  }
}
