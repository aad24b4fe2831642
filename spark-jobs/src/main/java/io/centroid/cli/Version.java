package io.centroid.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version in the job jar's manifest. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Objects.requireNonNullElse(
            Version.class.getPackage().getImplementationVersion(), "development");
    return new String[] {"centroid " + version + " (Java " + Runtime.version().feature() + ")"};
  }
}
