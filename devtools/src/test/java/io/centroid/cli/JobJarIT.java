package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.cluster.CentroidHome;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The job jar is complete together with Spark's jars and does not overlap with them. */
class JobJarIT {
  private static final String NATIVE = "org/nd4j/linalg/cpu/nativecpu/bindings/";

  private final CentroidHome home = CentroidHome.find();

  @Test
  void containsNoClassOfSparksJars() throws IOException {
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
  void containsOnlyTheCpuEngine() {
    assertThat(classes(home.jobJar()))
        .noneMatch(
            name ->
                name.startsWith("org/nd4j/")
                    || name.startsWith("org/bytedeco/dnnl/")
                    || name.startsWith("org/bytedeco/pytorch/")
                    || name.startsWith("org/bytedeco/cuda/")
                    || name.startsWith("org/deeplearning4j/")
                    || name.startsWith("ai/onnxruntime/")
                    || name.startsWith("io/centroid/devtools/")
                    || name.startsWith("io/centroid/serve/"));
  }

  @Test
  void theDl4jEngineContainsOneNativeBuild() throws IOException {
    try (Stream<Path> jars = Files.list(home.dl4jJars())) {
      assertThat(jars.flatMap(jar -> entries(jar).stream()))
          .filteredOn(name -> name.startsWith(NATIVE) && name.endsWith("/libnd4jcpu.so"))
          .hasSize(1);
    }
  }

  @Test
  void theLibTorchEngineContainsOneNativeBuild() throws IOException {
    try (Stream<Path> jars = Files.list(home.torchJars())) {
      assertThat(jars.flatMap(jar -> entries(jar).stream()))
          .filteredOn(name -> name.matches("org/bytedeco/pytorch/[^/]+/libtorch_cpu\\.so"))
          .hasSize(1);
    }
  }

  @Test
  void runsWithSparksJarsOnly() throws Exception {
    assertThat(printedBy(DenseProbe.class)).isEqualTo("2");
  }

  @Test
  void theDl4jEngineRunsWithThem() throws Exception {
    assertThat(printedBy(NativeProbe.class, home.dl4jJars() + "/*")).isEqualTo("24");
  }

  private String printedBy(Class<?> probe, String... more) throws Exception {
    Path tests = Path.of(probe.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> classPath =
        new ArrayList<>(
            List.of(home.conf().toString(), home.jobJar().toString(), home.sparkJars() + "/*"));
    classPath.addAll(List.of(more));
    classPath.add(tests.toString());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + home.jvmOptions(),
                "-cp",
                String.join(File.pathSeparator, classPath),
                probe.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String line = process.inputReader().readLine();
    assertThat(process.waitFor()).isZero();
    return line;
  }

  @Test
  void containsNoInvalidSignature() throws IOException {
    try (JarFile jar = new JarFile(home.jobJar().toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|RSA|DSA)"));
    }
  }

  private static Set<String> classes(Path path) {
    Set<String> classes = entries(path);
    classes.removeIf(
        name ->
            !name.endsWith(".class")
                || name.startsWith("META-INF/")
                || name.endsWith("module-info.class"));
    return classes;
  }

  private static Set<String> entries(Path path) {
    try (JarFile jar = new JarFile(path.toFile())) {
      return jar.stream().map(ZipEntry::getName).collect(Collectors.toCollection(HashSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
