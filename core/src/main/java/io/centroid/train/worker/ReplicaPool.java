package io.centroid.train.worker;

import io.centroid.nn.NetworkSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replicas of one training that wait for use. Building a network costs far more than a round, so a
 * task borrows one and gives it back. A borrower overwrites the parameters, and nothing depends on
 * which replica it gets. Keeps those of the two networks that were given back last. Thread-safe.
 */
final class ReplicaPool implements AutoCloseable {
  private static final int KINDS = 2;

  private final Map<NetworkSpec, Deque<Replica>> idle = new LinkedHashMap<>(4, 0.75f, true);
  private boolean closed;

  /**
   * What the work gives on a replica of this network, whose parameters are arbitrary. A replica on
   * which the work fails is not used again.
   */
  <T> T call(NetworkSpec spec, Function<Replica, T> work) {
    Replica waiting = poll(spec);
    Replica replica = waiting != null ? waiting : new Replica(spec.newLearner());
    boolean sound = false;
    try {
      T result = work.apply(replica);
      sound = true;
      return result;
    } finally {
      if (!sound || !keep(spec, replica)) {
        replica.close();
      }
    }
  }

  private synchronized @Nullable Replica poll(NetworkSpec spec) {
    Deque<Replica> waiting = idle.get(spec);
    return waiting == null ? null : waiting.poll();
  }

  private synchronized boolean keep(NetworkSpec spec, Replica replica) {
    if (closed) {
      return false;
    }
    idle.computeIfAbsent(spec, key -> new ArrayDeque<>()).push(replica);
    if (idle.size() > KINDS) {
      Iterator<Deque<Replica>> oldest = idle.values().iterator();
      oldest.next().forEach(Replica::close);
      oldest.remove();
    }
    return true;
  }

  /** Closes the replicas that wait; those at work are closed when their work ends. */
  @Override
  public synchronized void close() {
    closed = true;
    idle.values().forEach(waiting -> waiting.forEach(Replica::close));
    idle.clear();
  }
}
