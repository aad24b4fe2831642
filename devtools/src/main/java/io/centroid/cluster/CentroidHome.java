package io.centroid.cluster;

import io.centroid.InputException;
import io.centroid.cli.Centroid;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folder that {@code ./centroid} lies in, and what the build put below it. The launcher names
 * it in the system property {@code centroid.home}; under a plain {@code spark-submit} there is
 * none, and only the commands that start other processes need one.
 *
 * @param root absolute path
 */
public record CentroidHome(Path root) {
  /** The system property that names the home; a relative path is taken from the working folder. */
  public static final String PROPERTY = Centroid.HOME;

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

  /** The job jar; it holds neither DL4J's engine nor the server. */
  public Path jobJar() {
    return lib().resolve("centroid.jar");
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

  /** The DL4J engine: DL4J and ND4J, for networks that run on it. */
  public Path dl4jJars() {
    return lib().resolve("dl4j");
  }

  /** DL4J's own Spark classes, beside Spark's class path, the job jar and the DL4J engine. */
  public Path dl4jSparkJars() {
    return lib().resolve("dl4j-spark");
  }

  /** The server, and ONNX Runtime, which exporting and retraining need too. */
  public Path servingJars() {
    return lib().resolve("serving");
  }

  /** The developers' commands, with what they alone need. */
  public List<Path> developerJars() {
    Path target = root.resolve("devtools").resolve("target");
    return List.of(target.resolve("centroid-devtools.jar"), target.resolve("lib").resolve("*"));
  }

  /** The class path of a JVM that runs any command. */
  public String classPath() {
    List<String> entries = new ArrayList<>();
    entries.add(conf().toString());
    entries.add(jobJar().toString());
    entries.add(sparkJars() + "/*");
    entries.add(dl4jJars() + "/*");
    entries.add(servingJars() + "/*");
    developerJars().forEach(jar -> entries.add(jar.toString()));
    return String.join(File.pathSeparator, entries);
  }

  private Path lib() {
    return target().resolve("lib");
  }

  private Path target() {
    return root.resolve("dist").resolve("target");
  }
}
