package io.centroid.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher, with a Java that prints its arguments, and with the Javas of this machine. */
class LauncherTest {
  private static final Path JAVAS = Path.of("/usr/lib/jvm");

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void installWithAJava() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("home/bin"));
    Files.copy(Tool.home().resolve("dist/src/bin/centroid"), bin.resolve("centroid"));
    Path conf = Files.createDirectories(folder.resolve("home/conf"));
    Files.copy(Tool.home().resolve("conf/jvm.options"), conf.resolve("jvm.options"));
    environment.put("JAVA_HOME", folder.resolve("java").toString());
    for (String variable : List.of("HADOOP_CONF_DIR", "YARN_CONF_DIR", "SPARK_CONF_DIR")) {
      environment.put(variable, "");
    }
    java("17.0.15");
  }

  @Test
  void clusterConfigurationIsOnTheClassPathAfterItsOwn() throws Exception {
    for (String name : List.of("hadoop", "yarn", "spark")) {
      String place = Files.createDirectories(folder.resolve(name + " site")).toString();
      environment.put(name.toUpperCase(Locale.ROOT) + "_CONF_DIR", place);
    }
    String home = folder.toRealPath().resolve("home").toString();
    assertThat(run("evaluate", "a b").output())
        .contains(
            "-cp\n%1$s/lib/centroid.jar:".formatted(home),
            ":%1$s/conf:%2$s/spark site:%2$s/hadoop site:%2$s/yarn site\n".formatted(home, folder))
        .endsWith("\nio.centroid.dist.Product\nevaluate\na b\n");
  }

  @Test
  void theFolderConfInSparkHomeIsReadWithoutSparkConfDir() throws Exception {
    Path conf = Files.createDirectories(folder.resolve("spark/conf"));
    environment.put("SPARK_HOME", folder.resolve("spark").toString());
    assertThat(run().output()).contains("/home/conf:" + conf + "\n");
    environment.put("SPARK_CONF_DIR", folder.toString());
    assertThat(run().output()).contains("/home/conf:" + folder + "\n").doesNotContain(conf + "\n");
  }

  @Test
  void aConfigurationFolderThatIsMissingIsReported() throws Exception {
    environment.put("HADOOP_CONF_DIR", "/no/such/folder");
    Tool.Outcome outcome = run("train");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output())
        .startsWith("centroid: HADOOP_CONF_DIR is not a folder, so it is not read: /no/such/folder")
        .doesNotContain("/conf:/no/such");
  }

  @Test
  void oneOfTheGpuEnginesIsOnTheClassPath() throws Exception {
    assertThat(run("train").output()).contains("/lib/torch/*:").doesNotContain("dl4j-cuda");
    environment.put("CENTROID_DL4J_CUDA", "true");
    Tool.Outcome missing = run("train");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.output().lines())
        .singleElement()
        .asString()
        .startsWith("centroid: CENTROID_DL4J_CUDA=true needs ")
        .endsWith("/home/lib/dl4j-cuda, which a build with -Pcuda makes");
    Files.createDirectories(folder.resolve("home/lib/dl4j-cuda"));
    assertThat(run("train").output()).contains("/lib/dl4j-cuda/*:").doesNotContain("/lib/torch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.8.0_292", "11.0.2", "16", "22.0.1", "24", "25.0.3", "26-ea"})
  void javaVersionsThatSparkAndHadoopDoNotRunOnAreRefused(String version) throws Exception {
    java(version);
    Tool.Outcome outcome = run("train");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output().lines())
        .singleElement()
        .asString()
        .startsWith(
            "centroid: Java 17 to 21 is needed (Spark 3.5 and Hadoop 3.3 run on no other), found "
                + version.replaceAll("[_-].*", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "17.0.15", "21.0.1"})
  void supportedJavaVersionsRun(String version) throws Exception {
    java(version);
    assertThat(run("train").exitCode()).isZero();
  }

  @Test
  void theReleaseFileOfAJdkTellsTheVersion() throws Exception {
    java("23"); // What the program would say.
    Path release = folder.resolve("java/release");
    Files.writeString(release, "IMPLEMENTOR=\"a\"\nJAVA_VERSION=\"21.0.4\"\n");
    assertThat(run("train").exitCode()).isZero();
    environment.put("JAVA_TOOL_OPTIONS", "-Xint");
    assertThat(run("train").output()).contains("found 23");
    environment.remove("JAVA_TOOL_OPTIONS");
    Files.writeString(release, "JAVA_VERSION=\"24\"\n");
    assertThat(run("train").output()).contains("found 24");
  }

  /** There are no jars: what is tried is the start of the JVM with its options. */
  @Test
  void eachJavaOfThisMachineRunsOrIsRefused() throws Exception {
    Files.createDirectories(folder.resolve("home/lib"));
    try (Stream<Path> javas = Files.isDirectory(JAVAS) ? Files.list(JAVAS) : Stream.of()) {
      for (Path home :
          javas.filter(java -> Files.isExecutable(java.resolve("bin/java"))).toList()) {
        environment.put("JAVA_HOME", home.toString());
        Tool.Outcome outcome = run("--version");
        if (outcome.output().contains("Java 17 to 21 is needed")) {
          assertThat(outcome.exitCode()).as(home + ": " + outcome.output()).isEqualTo(2);
        } else {
          assertThat(outcome.output()).contains("not find or load main class");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1500000, Could not reserve enough space for 2097152KB object heap",
    "3000000, Could not allocate compressed class space: 1073741824 bytes"
  })
  void aLimitOfAllMemoryIsExplained(int limit, String why) throws Exception {
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    Tool.Outcome outcome =
        Tool.run(
            environment,
            "bash",
            "-c",
            "ulimit -v " + limit + "; exec \"$0\" train",
            launcher().toString());
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output().lines())
        .containsExactly(
            "centroid: Java does not start: %s; ulimit -v is %d KiB for all its memory, with a heap"
                    .formatted(why, limit)
                + " of -Xmx2g (CENTROID_DRIVER_MEMORY): "
                + System.getProperty("java.home")
                + "/bin/java");
  }

  @ParameterizedTest
  @CsvSource({
    "CENTROID_DRIVER_MEMORY, much, 2, Invalid maximum heap size: -Xmxmuch; CENTROID_DRIVER_MEMORY"
        + " sets the heap",
    "JAVA_TOOL_OPTIONS, -XX:MaxMetaspaceSize=x, 1, Improperly specified VM option"
        + " 'MaxMetaspaceSize=x'"
  })
  void aSettingThatJavaRefusesIsExplained(String variable, String value, int exitCode, String why)
      throws Exception {
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put(variable, value);
    Tool.Outcome outcome = run("train");
    assertThat(outcome.exitCode()).isEqualTo(exitCode);
    assertThat(outcome.output().lines())
        .containsExactly(
            "centroid: Java does not start: "
                + why
                + ": "
                + System.getProperty("java.home")
                + "/bin/java");
  }

  @Test
  void driversOfSparkSubmitGetTheOptionsOfTheLauncher() throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Tool.home().resolve("conf/spark-defaults.conf"))) {
      properties.load(reader);
    }
    assertThat(properties.getProperty("spark.driver.extraJavaOptions").split("\\s+"))
        .containsExactlyElementsOf(
            Files.readAllLines(Tool.home().resolve("conf/jvm.options")).stream()
                .filter(line -> line.startsWith("-") && !line.contains("Unrecognized"))
                .toList());
  }

  private Path launcher() {
    return folder.resolve("home/bin/centroid");
  }

  private Tool.Outcome run(String... arguments) throws Exception {
    return Tool.run(
        environment,
        Stream.concat(Stream.of(launcher().toString()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  /** Installs a Java of a version that prints its arguments, one a line. */
  private void java(String version) throws IOException {
    Path java = Files.createDirectories(folder.resolve("java/bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        for last; do :; done
        if [ "$last" = -version ]; then
          echo 'openjdk version "%s" 2025-04-15' >&2
        else
          printf '%%s\\n' "$@"
        fi
        """
            .formatted(version));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
