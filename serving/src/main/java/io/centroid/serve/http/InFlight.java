package io.centroid.serve.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests in flight, with a maximum number, a memory limit, and timeouts. */
final class InFlight implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InFlight.class);
  private static final long SWEEP_MILLIS = 50;

  private final int max;
  private final AtomicInteger count = new AtomicInteger();

  /** Bytes available for requests, initially a quarter of the heap. */
  private final AtomicLong bytesLeft = new AtomicLong(Runtime.getRuntime().maxMemory() / 4);

  private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "centroid-timeouts");
            thread.setDaemon(true);
            return thread;
          });

  InFlight(int max) {
    this.max = max;
    sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Adds a request; false if there are too many. */
  boolean enter(Exchange exchange) {
    if (count.incrementAndGet() > max) {
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

  /** Reserves memory for a request; false if the limit would be exceeded. */
  boolean reserve(long bytes) {
    if (bytesLeft.addAndGet(-bytes) >= 0) {
      return true;
    }
    bytesLeft.addAndGet(bytes);
    return false;
  }

  void free(long bytes) {
    bytesLeft.addAndGet(bytes);
  }

  int count() {
    return count.get();
  }

  private void sweep() {
    long now = System.nanoTime();
    for (Exchange exchange : exchanges) {
      try {
        exchange.expire(now);
      } catch (RuntimeException | Error e) {
        // Thrown on, it would end the sweeps, and no request would time out any more.
        LOG.error("a request that timed out could not be answered", e);
      }
    }
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
  }
}
