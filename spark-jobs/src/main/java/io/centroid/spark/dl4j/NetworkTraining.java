package io.centroid.spark.dl4j;

import io.centroid.spark.ExecutorTraining;
import io.centroid.spark.Reading;
import io.centroid.train.worker.ReplicaPool;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/** Epoch after epoch of a network; keeps the dealt data and what goes from epoch to epoch. */
final class NetworkTraining {
  private final MasterSettings settings;
  private final RoundListeners listeners;
  // Cores come and go, but what workers keep must find its worker again.
  private int workers;
  private @Nullable Dealt dealt;
  private @Nullable Course course;

  NetworkTraining(MasterSettings settings, RoundListeners listeners) {
    this.settings = settings;
    this.listeners = listeners;
    this.workers = settings.workers().orElse(0);
  }

  /** The data of the RDD seen last, on the executors, and the networks that train on it. */
  private record Dealt(
      Elements<?> elements,
      RDD<Reading<Minibatches>> shards,
      Broadcast<ExecutorTraining<ReplicaPool<NetworkSource, NetworkReplica>>> replicas) {}

  /** Trains one epoch and returns the mean loss of its last round. */
  <E> double epoch(JavaSparkContext spark, Model model, Elements<E> elements) {
    Network network = Network.of(model);
    Course before = course == null || !course.isOf(model) ? Course.of(model) : course;
    Dealt data = dealt(spark, elements);
    Dl4jTraining training = new Dl4jTraining(data.replicas, network.source(), settings.seed());
    Epoch epoch = new Epoch(settings, data.shards, training, network, listeners);
    try {
      course = epoch.run(spark, before);
    } catch (RuntimeException e) {
      // What could not be read may be mended.
      release();
      throw e;
    }
    RoundListeners.score(network, epoch.loss());
    return epoch.loss();
  }

  private <E> Dealt dealt(JavaSparkContext spark, Elements<E> elements) {
    Dealt data = dealt;
    if (data == null || !data.elements.isSame(elements)) {
      release();
      if (workers == 0) {
        workers = spark.defaultParallelism();
      }
      Dealing dealing = new Dealing(workers, settings.batchSizePerWorker());
      data = new Dealt(elements, dealing.deal(elements), Dl4jTraining.replicas(spark));
      dealt = data;
    }
    return data;
  }

  /** Lets go of the dealt data. */
  boolean release() {
    if (dealt != null) {
      dealt.shards.unpersist(false);
      dealt.replicas.destroy();
      dealt = null;
    }
    return true;
  }
}
