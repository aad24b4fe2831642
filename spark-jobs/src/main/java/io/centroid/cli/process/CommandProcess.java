package io.centroid.cli.process;

/** What a process needs before its command uses Hadoop or Spark. */
public final class CommandProcess {
  private CommandProcess() {}

  /**
   * Prepares the process.
   *
   * @throws io.centroid.error.InputException if Java or the machine's settings cannot be used
   */
  public static void prepare() {
    JavaVersion.require(Runtime.version().feature());
    SparkDefaults.apply(System.getenv(), System.getProperties());
    LoginUser.ensure();
  }
}
