package io.centroid.train;

import io.centroid.model.Learners;
import io.centroid.model.NetworkSpec;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Replicas of this JVM that wait for use. Building a network costs far more than a round, so a task
 * borrows one and gives it back. A borrower overwrites the parameters, and nothing depends on which
 * replica it gets. Keeps those of the kinds of network used last, so that a long-lived JVM does not
 * gather those of past runs.
 */
public final class ReplicaPool {
  private static final int KINDS = 2;
  private static final Map<NetworkSpec, ConcurrentLinkedQueue<Replica>> IDLE =
      new LinkedHashMap<>(4, 0.75f, true);

  private ReplicaPool() {}

  /** An idle replica of this network, or a new one. Its parameters are arbitrary. */
  public static Replica borrow(NetworkSpec spec) {
    Replica idle = idle(spec).poll();
    return idle != null ? idle : new Replica(Learners.create(spec));
  }

  /** Gives a borrowed replica back. After a failure inside the network, let it go instead. */
  public static void giveBack(NetworkSpec spec, Replica replica) {
    idle(spec).add(replica);
  }

  private static ConcurrentLinkedQueue<Replica> idle(NetworkSpec spec) {
    synchronized (IDLE) {
      ConcurrentLinkedQueue<Replica> queue =
          IDLE.computeIfAbsent(spec, key -> new ConcurrentLinkedQueue<>());
      Iterator<NetworkSpec> oldest = IDLE.keySet().iterator();
      while (IDLE.size() > KINDS) {
        oldest.next();
        oldest.remove();
      }
      return queue;
    }
  }
}
