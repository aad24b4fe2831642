package io.centroid.cli.options;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The {@code --set} option of commands that read a configuration. */
public final class ConfigurationOptions {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Override a configuration key; repeatable.")
  private List<String> overrides = new ArrayList<>();

  public List<String> overrides() {
    return overrides;
  }
}
