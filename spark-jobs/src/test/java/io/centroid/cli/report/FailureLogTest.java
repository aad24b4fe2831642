package io.centroid.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.io.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureLogTest {
  private static final List<String> COMMAND =
      List.of(
          "train",
          "--set",
          "spark.conf.spark.ssl.keyPassword=veiled",
          "--set=spark.conf.spark.ssl.trustStorePassword=veiled",
          "--set=run.name=a");

  @TempDir private Path folder;

  @Test
  void hasTheTraceAndTheCommand() throws IOException {
    Path log =
        new FailureLog(folder.resolve("logs"))
            .write(new IllegalStateException("odd", new IOException("below")), COMMAND)
            .orElseThrow();
    assertThat(Files.readString(log))
        .contains("java.lang.IllegalStateException: odd", "Caused by: java.io.IOException: below")
        .contains("\tat " + FailureLogTest.class.getName())
        .contains(Version.line(), System.getProperty("java.version"))
        .contains("command: centroid train --set ", "--set=run.name=a")
        .contains("keyPassword=(redacted)")
        .contains("--set=spark.conf.spark.ssl.trustStorePassword=(redacted)")
        .doesNotContain("veiled");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
        .isEqualTo("rw-------");
  }

  @Test
  void failuresWithinOneSecondHaveFilesOfTheirOwn() {
    FailureLog log = new FailureLog(folder);
    assertThat(
            IntStream.range(0, 20)
                .mapToObj(i -> log.write(new IllegalStateException("odd"), COMMAND).orElseThrow()))
        .doesNotHaveDuplicates();
  }

  @Test
  void containersHaveNoLogUnlessAFolderIsSet() {
    assertThat(FailureLog.of(Map.of()))
        .contains(new FailureLog(Path.of(System.getProperty("java.io.tmpdir"))));
    assertThat(FailureLog.of(Map.of("CONTAINER_ID", "container_1_1_01_000001"))).isEmpty();
    assertThat(FailureLog.of(Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"))).isEmpty();
    assertThat(FailureLog.of(Map.of("CONTAINER_ID", "c", "CENTROID_LOG_DIR", "/logs")))
        .contains(new FailureLog(Path.of("/logs")));
  }

  @Test
  void aFolderThatCannotBeWrittenIsIgnored() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(new FailureLog(file).write(new IllegalStateException("odd"), COMMAND)).isEmpty();
  }
}
