package io.centroid.devtools;

import io.centroid.cli.Centroid;
import io.centroid.serve.PackageCommand;
import io.centroid.serve.ServeCommand;
import java.io.PrintWriter;
import java.util.List;

/** Main class of a source checkout: all commands of the product, serving, and developer tools. */
public final class Developer {
  private static final List<Class<?>> COMMANDS =
      List.of(
          ServeCommand.class,
          PackageCommand.class,
          ClusterCommand.class,
          SubmitCommand.class,
          BenchCommand.class,
          ChaosCommand.class);

  private Developer() {}

  /** Runs a command and exits the JVM with its code. */
  public static void main(String[] args) {
    Centroid.main(COMMANDS, args);
  }

  /** Runs a command and returns its exit code. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return Centroid.run(COMMANDS, out, err, args);
  }

  public static List<Class<?>> commands() {
    return COMMANDS;
  }
}
