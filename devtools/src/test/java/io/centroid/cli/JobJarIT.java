package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.cluster.CentroidHome;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The job jar and Spark's own jars complete each other and do not overlap. */
class JobJarIT {
  private static final String NATIVE = "org/nd4j/linalg/cpu/nativecpu/bindings/";

  private final CentroidHome home = CentroidHome.find();

  @Test
  void holdsNoClassThatSparkBrings() throws IOException {
    Set<String> spark = new HashSet<>();
    try (Stream<Path> jars = Files.list(home.sparkJars())) {
      jars.forEach(jar -> spark.addAll(classes(jar)));
    }
    assertThat(spark).contains("org/apache/spark/SparkContext.class");
    Set<String> both = new TreeSet<>(classes(home.jobJar()));
    both.retainAll(spark);
    assertThat(both).isEmpty();
  }

  @Test
  void holdsOneNativeBuild() throws IOException {
    try (JarFile jar = new JarFile(home.jobJar().toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName).filter(name -> name.startsWith(NATIVE)))
          .filteredOn(name -> name.endsWith("/libnd4jcpu.so"))
          .hasSize(1);
    }
  }

  @Test
  void computesBesideSparksJarsAlone() throws Exception {
    Path tests =
        Path.of(NativeProbe.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Process probe =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + home.jvmOptions(),
                "-cp",
                String.join(
                    File.pathSeparator,
                    home.conf().toString(),
                    home.jobJar().toString(),
                    home.sparkJars() + "/*",
                    tests.toString()),
                NativeProbe.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(probe.inputReader().readLine()).isEqualTo("24");
    assertThat(probe.waitFor()).isZero();
  }

  @Test
  void holdsNoSignatureThatMergingBroke() throws IOException {
    try (JarFile jar = new JarFile(home.jobJar().toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|RSA|DSA)"));
    }
  }

  private static Set<String> classes(Path path) {
    Set<String> classes = new HashSet<>();
    try (JarFile jar = new JarFile(path.toFile())) {
      jar.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
          .filter(name -> !name.endsWith("module-info.class"))
          .forEach(classes::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return classes;
  }
}
