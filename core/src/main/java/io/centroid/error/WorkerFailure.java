package io.centroid.error;

import java.io.UncheckedIOException;

/**
 * A worker failed for a reason other than the input. The message is one line that names the worker,
 * the place and the cause. Commands print it unchanged and exit with 1. It keeps only the cause's
 * stack trace, since the driver may lack the cause's class.
 */
public final class WorkerFailure extends ReportedException {
  private static final long serialVersionUID = 1L;

  private final boolean unexpected;

  public WorkerFailure(String message) {
    this(message, false);
  }

  /**
   * As {@link #WorkerFailure(String)}.
   *
   * @param unexpected true if the message does not explain the failure, so that its stack trace is
   *     needed
   */
  public WorkerFailure(String message, boolean unexpected) {
    super(InputErrors.oneLine(message));
    this.unexpected = unexpected;
  }

  private WorkerFailure(String message, boolean unexpected, StackTraceElement[] trace) {
    this(message, unexpected);
    setStackTrace(trace);
  }

  /** Whether the stack trace is needed to understand the failure. */
  public boolean isUnexpected() {
    return unexpected;
  }

  /**
   * Wraps a worker's exception. An {@link InputException} or a {@code WorkerFailure} is returned
   * unchanged.
   *
   * @param worker index of the worker
   * @param place operation that failed
   */
  public static RuntimeException of(int worker, String place, RuntimeException e) {
    return e instanceof InputException || e instanceof WorkerFailure
        ? e
        : new WorkerFailure(
            "worker " + worker + ": " + place + ": " + described(e),
            !(e instanceof UncheckedIOException) && StorageFailure.of(e).isEmpty(),
            e.getStackTrace());
  }

  /** The same failure with text appended to its message. */
  public WorkerFailure with(String more) {
    return new WorkerFailure(getMessage() + more, unexpected, getStackTrace());
  }

  /** Class name and message of an exception, and those of its cause if it has no message. */
  public static String described(Throwable e) {
    String message = e.getMessage();
    String kind = e.getClass().getSimpleName();
    Throwable cause = e.getCause();
    if (message == null) {
      return cause == null ? kind : kind + " (" + described(cause) + ")";
    }
    String first = message.strip().lines().findFirst().orElse("");
    return kind + ": " + first;
  }
}
