package io.centroid.serve.engine;

import io.centroid.serve.protocol.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dynamic batching. The thread that submits a request runs it at once if an instance is free, and
 * then runs the requests that arrived meanwhile as the next batch. Low load has no hand-off and no
 * delay; high load has large batches.
 */
public final class Batcher {
  private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

  private final ServedModel model;
  private final BatchSettings settings;
  private final ServingMetrics metrics;

  /** The number of requests that are being read or wait here. */
  private final IntSupplier inFlight;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrival = lock.newCondition();
  private final Deque<InferenceJob> waiting = new ArrayDeque<>();
  private int running;

  Batcher(ServedModel model, BatchSettings settings, ServingMetrics metrics, IntSupplier inFlight) {
    this.model = model;
    this.settings = settings;
    this.metrics = metrics;
    this.inFlight = inFlight;
  }

  /** Submits a request. Its response is delivered on this or another thread. */
  public void submit(InferenceJob job) {
    lock.lock();
    try {
      waiting.add(job);
      if (running == settings.instances()) {
        arrival.signal();
        return;
      }
      running++;
    } finally {
      lock.unlock();
    }
    for (List<InferenceJob> batch = next(); !batch.isEmpty(); batch = next()) {
      run(batch);
    }
  }

  /** The next batch; empty if no request waits, which frees this thread's instance. */
  private List<InferenceJob> next() {
    lock.lock();
    try {
      List<InferenceJob> batch = new ArrayList<>();
      int rows = take(batch, 0);
      long left = TimeUnit.MICROSECONDS.toNanos(settings.maxDelayMicros());
      while (!batch.isEmpty()
          && model.batches()
          && rows < settings.maxRows()
          && left > 0
          && inFlight.getAsInt() > batch.size()) {
        left = await(left);
        rows = take(batch, rows);
        if (!waiting.isEmpty()) {
          break;
        }
      }
      if (batch.isEmpty()) {
        running--;
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private long await(long nanos) {
    try {
      return arrival.awaitNanos(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /** Moves the waiting requests that fit into the batch; the first one always fits. */
  private int take(List<InferenceJob> batch, int taken) {
    int rows = taken;
    for (InferenceJob job = waiting.peek(); job != null; job = waiting.peek()) {
      int more = model.batches() ? rows(job) : settings.maxRows();
      if (!batch.isEmpty() && rows + more > settings.maxRows()) {
        break;
      }
      waiting.remove();
      if (!job.abandoned()) {
        batch.add(job);
        rows += more;
      }
    }
    return rows;
  }

  private void run(List<InferenceJob> batch) {
    List<Tensor> outputs;
    long start = System.nanoTime();
    try {
      outputs = model.run(batch.size() == 1 ? batch.get(0).inputs() : Rows.joined(batch));
    } catch (RuntimeException | Error e) {
      batch.forEach(job -> respond(() -> job.fail(e)));
      return;
    }
    metrics.ran(model.batches() ? batch.stream().mapToInt(Batcher::rows).sum() : 1, start);
    int row = 0;
    for (InferenceJob job : batch) {
      int first = row;
      int rows = batch.size() == 1 ? 0 : rows(job);
      respond(() -> job.succeed(batch.size() == 1 ? outputs : Rows.of(outputs, first, rows)));
      row += rows;
    }
  }

  /** Delivers a response. If it fails, only this client is affected, and the instance is freed. */
  private static void respond(Runnable response) {
    try {
      response.run();
    } catch (RuntimeException | Error e) {
      LOG.error("a response was lost", e);
    }
  }

  private static int rows(InferenceJob job) {
    return (int) (long) job.inputs().get(0).shape().get(0);
  }
}
