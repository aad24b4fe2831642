package io.centroid.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterGuardTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  /** Starts a cluster that is up when a byte arrives on standard input. */
  static final class Starting {
    public static void main(String[] arguments) {
      Path folder = Path.of(arguments[0]);
      Path started = folder.resolve("started");
      ClusterGuard guard =
          new ClusterGuard(
              () -> write(folder.resolve("killed"), ""),
              () -> write(folder.resolve("stopped"), "started: " + Files.exists(started)));
      guard.start(
          () -> {
            System.out.println("starting");
            try {
              return write(started, String.valueOf(System.in.read()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aSignalDuringTheStartStopsTheClusterAfterIt() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Starting.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("starting");
      process.toHandle().destroy();
      Eventually.await(
          "the end of what uses the cluster",
          LIMIT,
          () -> Files.exists(folder.resolve("killed")) || !process.isAlive());
      assertThat(folder.resolve("stopped")).doesNotExist();
      process.getOutputStream().write('x');
      process.getOutputStream().flush();
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(folder.resolve("killed")).exists();
    assertThat(folder.resolve("stopped")).hasContent("started: true");
  }

  @Test
  void theClusterIsStoppedOnceAtTheEnd() {
    List<String> calls = new ArrayList<>();
    try (ClusterGuard guard = new ClusterGuard(() -> calls.add("kill"), () -> calls.add("stop"))) {
      assertThat(guard.<Integer>start(() -> calls.size())).isZero();
    }
    assertThat(calls).containsExactly("kill", "stop");
  }
}
