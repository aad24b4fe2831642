package io.centroid.cli.process;

import io.centroid.error.InputException;

/** The versions of Java that Spark 3.5 and Hadoop 3.3 run on; bin/centroid has the same. */
public final class JavaVersion {
  private static final int OLDEST = 17;
  private static final int NEWEST = 21;

  private JavaVersion() {}

  /**
   * Checks a feature version, also of drivers that spark-submit starts.
   *
   * @throws InputException if it is not supported
   */
  public static void require(int feature) {
    if (feature < OLDEST || feature > NEWEST) {
      throw new InputException(
          "Java "
              + OLDEST
              + " to "
              + NEWEST
              + " is needed (Spark 3.5 and Hadoop 3.3 run on no other), found "
              + feature
              + ": "
              + System.getProperty("java.home")
              + "; set JAVA_HOME");
    }
  }
}
