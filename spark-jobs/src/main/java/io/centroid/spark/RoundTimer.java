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
 * Enforces the time limit of a round: cancels a job that exceeds it and runs the round again. A
 * round is a pure function, so a second attempt has the same result. Spark interrupts the tasks of
 * a canceled job; the task reaper kills the executor of a task that ignores the interrupt (see
 * {@link SparkContexts}).
 *
 * <p>A late task cannot affect a result. Spark passes results to the consumer of their own job,
 * once per partition, and none after the job has ended; it ignores a late task of a canceled stage
 * and the slower of two speculative copies. Such a task leaves only shuffle files of its own task
 * id, which are never fetched, or cached elements that are bitwise identical. Each attempt has its
 * own consumers.
 */
final class RoundTimer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RoundTimer.class);
  private static final long REPEAT_MILLIS = 500;

  private final SparkContext context;
  private final RoundLimit limit;
  private final RoundTaskTracker tasks;
  private final ScheduledExecutorService timer;

  /**
   * Creates a timer.
   *
   * @param workers number of workers W
   */
  RoundTimer(SparkContext context, RoundLimit limit, int workers) {
    this.context = context;
    this.limit = limit;
    this.tasks = new RoundTaskTracker(workers);
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "round-timer");
              thread.setDaemon(true);
              return thread;
            });
    if (limit.isSet()) {
      context.addSparkListener(tasks);
    }
  }

  /**
   * Runs a round's job, with retries.
   *
   * @param attempt runs the job; called on this thread
   * @return result of the first attempt within the limit
   * @throws RoundTimeoutException if every attempt exceeds the limit
   */
  <T> T run(long round, Supplier<T> attempt) {
    if (!limit.isSet()) {
      return attempt.get();
    }
    tasks.begin();
    for (int number = 1; ; number++) {
      String tag = tasks.tag(round, number);
      AtomicBoolean late = new AtomicBoolean();
      // Repeats the cancellation: the job may not have been submitted when the limit is reached.
      ScheduledFuture<?> alarm =
          timer.scheduleWithFixedDelay(
              () -> {
                if (!late.getAndSet(true)) {
                  tasks.freeze();
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
          throw new RoundTimeoutException(round, limit, number, tasks.late());
        }
        log.warn(
            "round {} exceeded the limit of {} (attempt {} of {}): {}; retrying",
            round,
            limit.timeoutText(),
            number,
            limit.attempts(),
            tasks.late());
      } finally {
        alarm.cancel(false);
        context.removeJobTag(tag);
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    context.removeSparkListener(tasks);
  }
}
