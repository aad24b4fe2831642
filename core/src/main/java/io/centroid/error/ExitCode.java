package io.centroid.error;

/** Exit codes of the commands. */
public final class ExitCode {
  /** Success. */
  public static final int DONE = 0;

  /** A failure that the caller's input did not cause. */
  public static final int FAILED = 1;

  /** Bad usage, configuration or input. */
  public static final int BAD_INPUT = 2;

  /** The training diverged. */
  public static final int DIVERGED = 3;

  /** The candidate was not promoted. */
  public static final int NOT_PROMOTED = 4;

  /** The reader of standard output closed its pipe; the code of SIGPIPE in a shell. */
  public static final int CLOSED_PIPE = 141;

  private ExitCode() {}
}
