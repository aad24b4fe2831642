package io.centroid.cluster;

import io.centroid.cli.Centroid;
import io.centroid.error.InputException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of {@code ./centroid} and of its build output. The launcher sets the system property
 * {@code centroid.home}. Plain {@code spark-submit} does not set it; only commands that start other
 * processes need it.
 *
 * @param root absolute path
 */
public record CentroidHome(Path root) {
  /**
   * System property with the path of the home; a relative path is resolved against the working
   * folder.
   */
  public static final String PROPERTY = Centroid.HOME;

  public CentroidHome {
    root = root.toAbsolutePath().normalize();
  }

  /**
   * Returns the home of this process.
   *
   * @throws InputException if no home is set or nothing has been built in it
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

  /** Folder of configurations, logging and Spark's defaults. */
  public Path conf() {
    return root.resolve("conf");
  }

  /** File with the flags of every JVM that Centroid starts, for {@code java @file}. */
  public Path jvmOptions() {
    return conf().resolve("jvm.options");
  }

  /** The job jar, which contains neither the DL4J engine nor the server. */
  public Path jobJar() {
    return lib().resolve("centroid.jar");
  }

  /** SPARK_HOME with Spark's jars and conf but without its scripts. */
  public Path sparkHome() {
    return target().resolve("spark");
  }

  /** Folder of Spark's jars. */
  public Path sparkJars() {
    return sparkHome().resolve("jars");
  }

  /** Folder of the jars that HDFS daemons need in addition to Spark's. */
  public Path hadoopJars() {
    return target().resolve("hadoop").resolve("jars");
  }

  /** Folder of the DL4J engine: DL4J and ND4J. */
  public Path dl4jJars() {
    return lib().resolve("dl4j");
  }

  /** Folder of the LibTorch engine. */
  public Path torchJars() {
    return lib().resolve("torch");
  }

  /** Folder of ND4J's CUDA backend, which a build with {@code -Pcuda} has. */
  private Path dl4jCudaJars() {
    return lib().resolve("dl4j-cuda");
  }

  /**
   * Class path entries of the engines and libraries that are not in the job jar. ND4J's CUDA
   * backend takes LibTorch's place if {@code CENTROID_DL4J_CUDA} is {@code true}, as in the
   * launcher: their CUDA libraries have equal names.
   */
  public List<String> engineJars() {
    boolean cuda = "true".equals(System.getenv("CENTROID_DL4J_CUDA"));
    return Stream.of(dl4jJars(), cuda ? dl4jCudaJars() : torchJars(), oneDnnJars())
        .map(folder -> folder + "/*")
        .toList();
  }

  /** Folder of oneDNN, for products in low precision. */
  public Path oneDnnJars() {
    return lib().resolve("onednn");
  }

  /**
   * Folder of DL4J's Spark classes, used in addition to Spark's jars, the job jar and the DL4J
   * engine.
   */
  public Path dl4jSparkJars() {
    return lib().resolve("dl4j-spark");
  }

  /**
   * Folder of the server and of ONNX Runtime, which {@code export} and {@code retrain} need too.
   */
  public Path servingJars() {
    return lib().resolve("serving");
  }

  /**
   * Jars of the developer commands, of the entry point that they extend, and their dependencies.
   */
  public List<Path> developerJars() {
    Path target = root.resolve("devtools").resolve("target");
    return List.of(
        lib().resolve("centroid-dist.jar"),
        target.resolve("centroid-devtools.jar"),
        target.resolve("lib").resolve("*"));
  }

  /** Class path for all commands. */
  public String classPath() {
    List<String> entries = new ArrayList<>();
    entries.add(conf().toString());
    entries.add(jobJar().toString());
    entries.add(sparkJars() + "/*");
    entries.addAll(engineJars());
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
