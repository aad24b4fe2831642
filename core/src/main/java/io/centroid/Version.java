package io.centroid;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version in the job jar's manifest. */
public final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Objects.requireNonNullElse(
            Version.class.getPackage().getImplementationVersion(), "development");
    return new String[] {"centroid " + version + " (Java " + Runtime.version().feature() + ")"};
  }
}
