package io.centroid.io;

import java.util.Objects;

/** The version of this build, from the jar's manifest. */
public final class Version {
  private Version() {}

  /** Name, version and Java release in one line, such as {@code centroid 0.1.0 (Java 17)}. */
  public static String line() {
    return "centroid " + number() + " (Java " + Runtime.version().feature() + ")";
  }

  /** The number alone, such as {@code 0.1.0}; {@code development} outside a jar. */
  public static String number() {
    return Objects.requireNonNullElse(
        Version.class.getPackage().getImplementationVersion(), "development");
  }
}
