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
 * Replicas of one training that wait for use. Building a network costs far more than a round, so a
 * task borrows one and gives it back. A borrower overwrites the parameters, and nothing depends on
 * which replica it gets. Keeps those of the two networks that were given back last. Thread-safe.
 *
 * @param <K> what a network is built from
 * @param <R> a network with what training it needs
 */
public final class ReplicaPool<K, R> implements AutoCloseable {
  private static final int KINDS = 2;

  private final Map<K, Deque<R>> idle = new LinkedHashMap<>(4, 0.75f, true);
  private final Function<K, R> build;
  private final Consumer<R> close;
  private boolean closed;

  /**
   * A pool.
   *
   * @param close frees what the garbage collector does not
   */
  public ReplicaPool(Function<K, R> build, Consumer<R> close) {
    this.build = build;
    this.close = close;
  }

  /**
   * What the work gives on a replica of this network, whose parameters are arbitrary. A replica on
   * which the work fails is not used again.
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

  /** Closes the replicas that wait; those at work are closed when their work ends. */
  @Override
  public synchronized void close() {
    closed = true;
    idle.values().forEach(waiting -> waiting.forEach(close));
    idle.clear();
  }
}
