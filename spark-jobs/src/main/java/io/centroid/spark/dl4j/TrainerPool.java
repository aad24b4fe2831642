package io.centroid.spark.dl4j;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Trainers of this JVM that wait for use, since building a network costs far more than a round.
 * Nothing depends on which one a task gets. Keeps those of the networks used last.
 */
final class TrainerPool {
  private static final int NETWORKS = 2;
  private static final Map<NetworkSource, ConcurrentLinkedQueue<LocalTrainer>> IDLE =
      new LinkedHashMap<>(4, 0.75f, true);

  private TrainerPool() {}

  static LocalTrainer borrow(NetworkSource source) {
    LocalTrainer idle = idle(source).poll();
    return idle != null ? idle : Dl4jTrainer.create(source);
  }

  /** Gives a trainer back. After a failure inside the network, let it go instead. */
  static void giveBack(NetworkSource source, LocalTrainer trainer) {
    idle(source).add(trainer);
  }

  private static ConcurrentLinkedQueue<LocalTrainer> idle(NetworkSource source) {
    synchronized (IDLE) {
      ConcurrentLinkedQueue<LocalTrainer> queue =
          IDLE.computeIfAbsent(source, key -> new ConcurrentLinkedQueue<>());
      Iterator<NetworkSource> oldest = IDLE.keySet().iterator();
      while (IDLE.size() > NETWORKS) {
        oldest.next();
        oldest.remove();
      }
      return queue;
    }
  }
}
