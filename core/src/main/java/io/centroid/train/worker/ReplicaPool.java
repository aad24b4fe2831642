package io.centroid.train.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pool of a training's replicas, since building a network is far more expensive than a round. A
 * task borrows a replica and overwrites its parameters; results do not depend on which replica it
 * gets. Keeps replicas of the two most recently returned networks. Thread-safe.
 *
 * @param <K> type of the network specification
 * @param <R> type of the replica
 */
public final class ReplicaPool<K, R> implements AutoCloseable {
  private static final int KINDS = 2;

  private final Map<K, Deque<R>> idle = new LinkedHashMap<>(4, 0.75f, true);
  private final Function<K, R> build;
  private final Consumer<R> close;
  private boolean closed;

  /**
   * Creates a pool.
   *
   * @param close frees a replica's off-heap memory
   */
  public ReplicaPool(Function<K, R> build, Consumer<R> close) {
    this.build = build;
    this.close = close;
  }

  /**
   * Runs the work on a replica of this network, whose parameters are undefined. A replica is not
   * reused if the work throws.
   */
  public <T> T call(K network, Function<R, T> work) {
    R waiting = poll(network);
    R replica = waiting != null ? waiting : build.apply(network);
    boolean sound = false;
    try {
      T result = work.apply(replica);
      sound = true;
      return result;
    } finally {
      if (!sound || !keep(network, replica)) {
        close.accept(replica);
      }
    }
  }

  private synchronized @Nullable R poll(K network) {
    Deque<R> waiting = idle.get(network);
    return waiting == null ? null : waiting.poll();
  }

  private synchronized boolean keep(K network, R replica) {
    if (closed) {
      return false;
    }
    idle.computeIfAbsent(network, key -> new ArrayDeque<>()).push(replica);
    if (idle.size() > KINDS) {
      Iterator<Deque<R>> oldest = idle.values().iterator();
      oldest.next().forEach(close);
      oldest.remove();
    }
    return true;
  }

  /** Closes idle replicas; replicas in use are closed when their work ends. */
  @Override
  public synchronized void close() {
    closed = true;
    idle.values().forEach(waiting -> waiting.forEach(close));
    idle.clear();
  }
}
