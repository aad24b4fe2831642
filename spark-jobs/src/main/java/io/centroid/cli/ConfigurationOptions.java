package io.centroid.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --set}, for the commands that read a configuration. */
public final class ConfigurationOptions {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Override a key of the configuration; may be given often.")
  private List<String> overrides = new ArrayList<>();

  public List<String> overrides() {
    return overrides;
  }
}
