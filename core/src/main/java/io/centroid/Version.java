package io.centroid;

import java.util.Objects;

/** The version of this build, from the manifest of the jar that it was loaded from. */
public final class Version {
  private Version() {}

  /** Name, version and Java release in one line, such as {@code centroid 0.1.0 (Java 17)}. */
  public static String line() {
    String version =
        Objects.requireNonNullElse(
            Version.class.getPackage().getImplementationVersion(), "development");
    return "centroid " + version + " (Java " + Runtime.version().feature() + ")";
  }
}
