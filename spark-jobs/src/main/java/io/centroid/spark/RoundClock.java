package io.centroid.spark;

import io.centroid.spark.session.SparkContexts;
import io.centroid.train.RoundLimit;
import io.centroid.train.RoundTimeoutException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a round's job that takes too long, and runs it again: a round is a pure function, so that
 * the second attempt brings what the first would have brought. Spark interrupts the tasks of a job
 * that is ended; those that do not heed it are the task reaper's, which replaces their executor
 * (see {@link SparkContexts}).
 *
 * <p>Nothing that a late task does enters a result. Spark hands each job's results to a consumer of
 * its own, once a partition, and none after the job ended; a task of an ended stage that still
 * succeeds is not heard any more, and neither is the slower one of two speculative copies. What it
 * leaves on its executor are shuffle files of its own number, which nobody asks for, or cached
 * elements with the same bits. Every attempt here gets new consumers besides.
 */
final class RoundClock implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RoundClock.class);
  private static final long REPEAT_MILLIS = 500;

  private final SparkContext context;
  private final RoundLimit limit;
  private final RoundWatch watch;
  private final ScheduledExecutorService timer;

  /**
   * A clock.
   *
   * @param workers W
   */
  RoundClock(SparkContext context, RoundLimit limit, int workers) {
    this.context = context;
    this.limit = limit;
    this.watch = new RoundWatch(workers);
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "round-clock");
              thread.setDaemon(true);
              return thread;
            });
    if (limit.isSet()) {
      context.addSparkListener(watch);
    }
  }

  /**
   * Runs a round's job, perhaps more than once.
   *
   * @param attempt to be called on this thread
   * @return what the first attempt that was done in time brought
   * @throws RoundTimeoutException if no attempt was done in time
   */
  <T> T run(long round, Supplier<T> attempt) {
    if (!limit.isSet()) {
      return attempt.get();
    }
    watch.begin();
    for (int number = 1; ; number++) {
      String tag = watch.tag(round, number);
      AtomicBoolean late = new AtomicBoolean();
      // Again and again: the job may not have begun when the time is over.
      ScheduledFuture<?> alarm =
          timer.scheduleWithFixedDelay(
              () -> {
                if (!late.getAndSet(true)) {
                  watch.freeze();
                }
                context.cancelJobsWithTag(tag);
              },
              limit.timeout().toMillis(),
              REPEAT_MILLIS,
              TimeUnit.MILLISECONDS);
      context.addJobTag(tag);
      try {
        return attempt.get();
      } catch (RuntimeException e) {
        if (!late.get()) {
          throw e;
        }
        if (number == limit.attempts()) {
          throw new RoundTimeoutException(round, limit, number, watch.late());
        }
        log.warn(
            "round {} was not done within {} (attempt {} of {}): {}; running it again",
            round,
            limit.timeoutText(),
            number,
            limit.attempts(),
            watch.late());
      } finally {
        alarm.cancel(false);
        context.removeJobTag(tag);
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    context.removeSparkListener(watch);
  }
}
