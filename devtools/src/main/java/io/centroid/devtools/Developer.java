package io.centroid.devtools;

import io.centroid.cli.Centroid;
import io.centroid.dist.Product;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;

/** Main class of a source checkout: all commands of the product, serving, and developer tools. */
public final class Developer {
  private static final List<Class<?>> COMMANDS =
      Stream.concat(
              Product.COMMANDS.stream(),
              Stream.of(
                  ClusterCommand.class,
                  SubmitCommand.class,
                  BenchCommand.class,
                  ChaosCommand.class))
          .toList();

  private Developer() {}

  /** Runs a command, as {@link Centroid#main(String[])}. */
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
