package io.centroid.cluster;

import io.centroid.InputException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder that {@code ./centroid} lies in, and what the build put below it. The launcher names
 * it in the system property {@code centroid.home}; under a plain {@code spark-submit} there is
 * none, and only the commands that start other processes need one.
 *
 * @param root absolute path
 */
public record CentroidHome(Path root) {
  /** The system property that names the home; a relative path is taken from the working folder. */
  public static final String PROPERTY = "centroid.home";

  public CentroidHome {
    root = root.toAbsolutePath().normalize();
  }

  /**
   * The home of this process.
   *
   * @throws InputException where no home is set, or nothing has been built in it
   */
  public static CentroidHome find() {
    String property = System.getProperty(PROPERTY);
    if (property == null) {
      throw new InputException(
          "Centroid's home is not known: start through ./centroid or set -D" + PROPERTY);
    }
    CentroidHome home = new CentroidHome(Path.of(property));
    for (Path needed :
        new Path[] {home.conf(), home.jobJar(), home.sparkJars(), home.hadoopJars()}) {
      if (!Files.exists(needed)) {
        throw new InputException(
            PROPERTY + " is not a built Centroid: there is no " + needed + " (run mvn package)");
      }
    }
    return home;
  }

  /** Runnable configurations, logging and Spark's defaults. */
  public Path conf() {
    return root.resolve("conf");
  }

  /** The flags of every JVM that Centroid starts, as a file that {@code java @file} takes. */
  public Path jvmOptions() {
    return conf().resolve("jvm.options");
  }

  /** The job jar. */
  public Path jobJar() {
    return target().resolve("centroid.jar");
  }

  /** A SPARK_HOME: Spark's jars and conf, without its scripts. */
  public Path sparkHome() {
    return target().resolve("spark");
  }

  /** Spark's class path. */
  public Path sparkJars() {
    return sparkHome().resolve("jars");
  }

  /** What the HDFS daemons need beside Spark's class path. */
  public Path hadoopJars() {
    return target().resolve("hadoop").resolve("jars");
  }

  /** What DL4J's own Spark master needs beside Spark's class path and the job jar. */
  public Path dl4jJars() {
    return target().resolve("dl4j").resolve("jars");
  }

  /** What runs and serves exported models, beside Spark's class path and the job jar. */
  public Path servingJars() {
    return target().resolve("serving").resolve("jars");
  }

  private Path target() {
    return root.resolve("spark-jobs").resolve("target");
  }
}
