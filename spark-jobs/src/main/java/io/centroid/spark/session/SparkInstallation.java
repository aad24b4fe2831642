package io.centroid.spark.session;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;
import scala.util.Properties;

/**
 * A Spark: that of the class path, or of a SPARK_HOME.
 *
 * @param version version of Spark, such as {@code 3.5.9}
 * @param scala binary version of Scala, such as {@code 2.12}
 */
public record SparkInstallation(String version, String scala) {
  /** The supported version of Spark, without its patch number. */
  public static final String SUPPORTED = "3.5";

  /** The binary version of Scala for which Centroid is built. */
  public static final String SUPPORTED_SCALA = "2.12";

  private static final Pattern CORE =
      Pattern.compile("spark-core_(\\d+\\.\\d+)-(\\d[\\w.-]*)\\.jar");
  private static final Pattern OPEN =
      Pattern.compile("--add-opens=([\\w.]+)/([\\w.]+)=ALL-UNNAMED");

  /** A package of a module of the JDK. */
  public record ModulePackage(String module, String name) {}

  /** The Spark on this process's class path. */
  public static SparkInstallation onClassPath() {
    String full = Properties.versionNumberString();
    return new SparkInstallation(
        org.apache.spark.package$.MODULE$.SPARK_VERSION(),
        full.replaceFirst("^(\\d+\\.\\d+)\\..*", "$1"));
  }

  /** The Spark in a SPARK_HOME, by the names of its jars; empty if there is none. */
  public static Optional<SparkInstallation> in(Path home) throws IOException {
    Path jars = home.resolve("jars");
    if (!Files.isDirectory(jars)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(jars, "spark-core_*.jar")) {
      for (Path file : files) {
        Matcher name = CORE.matcher(file.getFileName().toString());
        if (name.matches()) {
          return Optional.of(new SparkInstallation(name.group(2), name.group(1)));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether Centroid's job jar runs on it. */
  public boolean isSupported() {
    return version.startsWith(SUPPORTED + ".") && scala.equals(SUPPORTED_SCALA);
  }

  /** Packages of the JDK that Spark needs opened by {@code --add-opens}. */
  public static List<ModulePackage> neededPackages() {
    List<ModulePackage> needed = new ArrayList<>();
    Matcher options = OPEN.matcher(JavaModuleOptions.defaultModuleOptions());
    while (options.find()) {
      needed.add(new ModulePackage(options.group(1), options.group(2)));
    }
    return needed;
  }

  @Override
  public String toString() {
    return "Spark " + version + ", Scala " + scala;
  }
}
