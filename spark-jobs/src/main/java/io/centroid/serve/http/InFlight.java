package io.centroid.serve.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The requests that are being answered: their number is bounded, and none lasts for ever. */
final class InFlight implements AutoCloseable {
  private static final long SWEEP_MILLIS = 50;

  private final int most;
  private final AtomicInteger count = new AtomicInteger();
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
    sweeping.scheduleWithFixedDelay(
        this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
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
