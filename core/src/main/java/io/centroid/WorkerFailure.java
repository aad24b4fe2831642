package io.centroid;

/**
 * A worker could not do its part, through no fault of the input: the message is one line that names
 * worker, place and cause. The commands print it as it is and exit with 1. Travels from executors
 * to the driver, which may not know the cause's class: its stack trace alone is kept.
 */
public final class WorkerFailure extends ReportedException {
  private static final long serialVersionUID = 1L;

  public WorkerFailure(String message) {
    super(InputErrors.oneLine(message));
  }

  private WorkerFailure(String message, StackTraceElement[] trace) {
    this(message);
    setStackTrace(trace);
  }

  /**
   * What a worker's exception comes to; refusals of input and failures that are told already stay
   * what they are.
   *
   * @param place what it was doing
   */
  public static RuntimeException of(int worker, String place, RuntimeException e) {
    return e instanceof InputException || e instanceof WorkerFailure
        ? e
        : new WorkerFailure(
            "worker " + worker + ": " + place + ": " + described(e), e.getStackTrace());
  }

  /** The same with more to say at the end of its line. */
  public WorkerFailure with(String more) {
    return new WorkerFailure(getMessage() + more, getStackTrace());
  }

  /** Kind and message of an exception, and of what caused it if that says more. */
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
