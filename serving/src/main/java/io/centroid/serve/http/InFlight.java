package io.centroid.serve.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The requests that are being answered: their number is bounded, and none lasts for ever. */
final class InFlight implements AutoCloseable {
  private static final long SWEEP_MILLIS = 50;

  private final int most;
  private final AtomicInteger count = new AtomicInteger();

  /** Bytes left for bodies: a quarter of the heap, since tensors and answers come on top. */
  private final AtomicLong room = new AtomicLong(Runtime.getRuntime().maxMemory() / 4);

  private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService sweeping =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "centroid-timeouts");
            thread.setDaemon(true);
            return thread;
          });

  InFlight(int most) {
    this.most = most;
    sweeping.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** False: there are too many. */
  boolean enter(Exchange exchange) {
    if (count.incrementAndGet() > most) {
      count.decrementAndGet();
      return false;
    }
    exchanges.add(exchange);
    return true;
  }

  void leave(Exchange exchange) {
    if (exchanges.remove(exchange)) {
      count.decrementAndGet();
    }
  }

  /** Takes room for what arrives of bodies; false: all bodies together would be too large. */
  boolean reserve(int bytes) {
    if (room.addAndGet(-bytes) >= 0) {
      return true;
    }
    room.addAndGet(bytes);
    return false;
  }

  void free(int bytes) {
    room.addAndGet(bytes);
  }

  int count() {
    return count.get();
  }

  private void sweep() {
    long now = System.nanoTime();
    for (Exchange exchange : exchanges) {
      exchange.expire(now);
    }
  }

  @Override
  public void close() {
    sweeping.shutdownNow();
  }
}
