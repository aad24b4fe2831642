package io.centroid.spark.dl4j;

import io.centroid.spark.JavaSerialized;
import io.centroid.spark.Reading;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/** Epoch after epoch of a network; keeps the dealt data and what goes from epoch to epoch. */
final class NetworkTraining {
  private final MasterSettings settings;
  private final RoundListeners listeners;
  private @Nullable Dealt dealt;
  private @Nullable Course course;

  NetworkTraining(MasterSettings settings, RoundListeners listeners) {
    this.settings = settings;
    this.listeners = listeners;
  }

  /** The data of the RDD seen last, on the executors. */
  private record Dealt(Elements<?> elements, RDD<JavaSerialized<Reading<Minibatches>>> shards) {}

  /** Trains one epoch and returns the mean loss of its last round. */
  <E> double epoch(JavaSparkContext spark, Model model, Elements<E> elements) {
    Network network = Network.of(model);
    Course before = course == null || !course.isOf(model) ? Course.of(model) : course;
    Epoch epoch = new Epoch(settings, shards(elements), network, listeners);
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

  private <E> RDD<JavaSerialized<Reading<Minibatches>>> shards(Elements<E> elements) {
    if (dealt == null || !dealt.elements().isSame(elements)) {
      release();
      Dealing dealing = new Dealing(settings.workers(), settings.batchSizePerWorker());
      dealt = new Dealt(elements, dealing.deal(elements));
    }
    return dealt.shards();
  }

  /** Lets go of the dealt data. */
  boolean release() {
    if (dealt != null) {
      dealt.shards().unpersist(false);
      dealt = null;
    }
    return true;
  }
}
