package io.centroid.dist;

import io.centroid.cli.Centroid;
import io.centroid.serve.PackageCommand;
import io.centroid.serve.ServeCommand;
import java.util.List;

/** The entry point of the distribution: the commands of the job jar, and serving. */
public final class Product {
  /** Commands that are not in the job jar. */
  public static final List<Class<?>> COMMANDS = List.of(ServeCommand.class, PackageCommand.class);

  private Product() {}

  /** Runs a command, as {@link Centroid#main(String[])}. */
  public static void main(String[] args) {
    Centroid.main(COMMANDS, args);
  }
}
