package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.devtools.Developer;
import io.centroid.dist.Product;
import io.centroid.error.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the main classes end: as cluster mode expects of a driver's main class. */
class MainIT {
  private static final String RETURNED = "main returned";
  @TempDir Path folder;

  /** Calls the main method of a class as YARN's ApplicationMaster does. */
  static final class Caller {
    private Caller() {}

    public static void main(String[] args) throws Exception {
      Class.forName(args[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
      System.err.println(RETURNED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark", "local"})
  void returnsAfterATrainingWithoutAThreadThatKeepsTheJvmAlive(String workers) throws Exception {
    String log =
        run(
            ExitCode.DONE,
            Centroid.class,
            "train",
            "--set",
            "compute.workers=" + workers,
            "--set",
            "run.dir=" + folder.resolve("run"),
            "--set",
            "train.epochs=1");
    assertThat(log).contains("Trained", RETURNED);
  }

  @ParameterizedTest
  @ValueSource(classes = {Product.class, Developer.class})
  void theOtherMainClassesReturnToo(Class<?> main) throws Exception {
    assertThat(run(ExitCode.DONE, main, "--version")).contains("centroid ", RETURNED);
  }

  @Test
  void exitsWithTheCodeOfAFailure() throws Exception {
    assertThat(run(ExitCode.BAD_INPUT, Centroid.class, "train", "none.conf"))
        .contains("none.conf: no such configuration file")
        .doesNotContain(RETURNED);
  }

  private String run(int exitCode, Class<?> main, String... arguments) throws Exception {
    Path log = folder.resolve("log");
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-opens") || flag.startsWith("--add-exports"))
            .toList());
    line.addAll(List.of("-Xmx768m", "-cp", System.getProperty("java.class.path")));
    line.addAll(List.of(Caller.class.getName(), main.getName()));
    line.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(Files.readString(log)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(exitCode);
      return Files.readString(log);
    } finally {
      process.destroyForcibly();
    }
  }
}
