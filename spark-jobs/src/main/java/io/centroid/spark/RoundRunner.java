package io.centroid.spark;

import java.util.function.Supplier;

/** Runs the job of a round, perhaps more than once. */
interface RoundRunner extends AutoCloseable {

  /**
   * Runs it.
   *
   * @param attempt to be called on this thread
   * @return what the first attempt that was done in time brought
   */
  <T> T run(long round, Supplier<T> attempt);

  @Override
  void close();

  /** Takes its time. */
  final class Unlimited implements RoundRunner {
    @Override
    public <T> T run(long round, Supplier<T> attempt) {
      return attempt.get();
    }

    @Override
    public void close() {}
  }
}
