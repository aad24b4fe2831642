package io.centroid;

/** What the commands tell the shell. */
public final class ExitCode {
  /** Done. */
  public static final int DONE = 0;

  /** Failed for a reason that is not the caller's. */
  public static final int FAILED = 1;

  /** Bad usage, configuration or input. */
  public static final int BAD_INPUT = 2;

  /** Stopped because the training diverged. */
  public static final int DIVERGED = 3;

  /** A candidate was not promoted. */
  public static final int NOT_PROMOTED = 4;

  private ExitCode() {}
}
