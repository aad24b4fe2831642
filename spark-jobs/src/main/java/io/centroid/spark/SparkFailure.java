package io.centroid.spark;

import io.centroid.InputException;
import io.centroid.train.DivergedException;
import java.util.function.Supplier;

/** Finds our own exception in what Spark wraps around it. */
public final class SparkFailure {
  private SparkFailure() {}

  /** Runs a job that may fail with our own exception. */
  public static <T> T unwrapped(Supplier<T> job) {
    try {
      return job.get();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Exception e) { // SparkException is checked, but Scala does not declare it
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof InputException || cause instanceof DivergedException) {
          throw (RuntimeException) cause;
        }
      }
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
