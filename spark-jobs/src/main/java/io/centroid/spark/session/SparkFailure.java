package io.centroid.spark.session;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.WorkerFailure;
import io.centroid.memory.OutOfMemory;
import io.centroid.train.DivergedException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * Translates Spark's exceptions: returns our own exception if Spark wraps one, else a one-line
 * message.
 */
public final class SparkFailure {
  private static final Pattern TASK =
      Pattern.compile(
          "Task (\\d+) in stage \\S+ failed (\\d+) times?, most recent failure: "
              + "Lost task \\S+ in stage \\S+ \\(TID \\d+\\) \\((\\S+) executor (\\S+)\\): (.*)",
          Pattern.DOTALL);

  private SparkFailure() {}

  /** Runs a job and translates its failure. */
  public static <T> T unwrapped(Supplier<T> job) {
    return unwrapped("task", job);
  }

  /**
   * Runs a job and translates its failure.
   *
   * @param task name of a task in messages, such as "worker"
   */
  public static <T> T unwrapped(String task, Supplier<T> job) {
    try {
      return job.get();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Exception e) { // SparkException is checked, but Scala does not declare it
      SparkEnv env = SparkEnv.get();
      RuntimeException translated =
          translated(task, e, env == null ? new SparkConf(false) : env.conf());
      if (translated instanceof WorkerFailure && translated.getCause() == null) {
        translated.initCause(e); // For --verbose, which prints the stack trace.
      }
      throw translated;
    }
  }

  /**
   * In a task: turns an OutOfMemoryError into a failure of the task if the JVM is also the driver.
   */
  public static <T> T guarded(String task, Supplier<T> part) {
    try {
      return part.get();
    } catch (OutOfMemoryError e) {
      if (!SparkEnv.get().executorId().equals("driver")) {
        throw e;
      }
      throw new WorkerFailure(task + ": " + OutOfMemory.described(e));
    }
  }

  static RuntimeException translated(String task, Exception e, SparkConf conf) {
    String message = String.valueOf(e.getMessage());
    Matcher failed = TASK.matcher(message);
    boolean matches = failed.find();
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof InputException || cause instanceof DivergedException) {
        return (RuntimeException) cause;
      }
      if (cause instanceof WorkerFailure failure) {
        return matches ? failure.with(" (" + attempts(failed) + ")") : failure;
      }
    }
    if (!matches) {
      return new WorkerFailure(firstLine(message));
    }
    String reason = failed.group(5);
    return new WorkerFailure(
        task
            + " "
            + failed.group(1)
            + ": "
            + ExecutorLoss.memory(reason, conf)
                .map(memory -> memory + "; Spark reports: " + firstLine(reason))
                .orElseGet(() -> firstLine(reason))
            + " ("
            + attempts(failed)
            + ")",
        // A task that threw: the message has its stack trace, and of a lost executor none.
        reason.contains("\n\tat "));
  }

  private static String attempts(Matcher failed) {
    String times = failed.group(2);
    return (times.equals("1") ? "tried once" : "tried " + times + " times")
        + ", last on executor "
        + failed.group(4)
        + " on "
        + failed.group(3);
  }

  private static String firstLine(String text) {
    return InputErrors.oneLine(text.strip().lines().findFirst().orElse("(no message)"));
  }
}
