package io.centroid.checkpoint.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.io.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.hadoop.util.ShutdownHookManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that a signal ends at any time of its lease leaves none that is held. */
class EndingProcessTest {
  private static final int SIGINT = 130;
  private static final String CLOSING = "closing";

  @TempDir private Path folder;

  /** A process that acquires and releases a lease, and begins to end once a file exists. */
  static final class Process {
    private Process() {}

    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      Path moment = folder.resolve(args[1]);
      AtomicBoolean ending = new AtomicBoolean();
      ObjectStore.before(
          () -> {
            if (Files.exists(moment) && ending.compareAndSet(false, true)) {
              new Thread(() -> System.exit(SIGINT)).start();
              while (!ShutdownHookManager.get().isShutdownInProgress()) {
                Thread.onSpinWait();
              }
            }
          });
      try (WriterLease lease =
          WriterLease.acquire(
              ObjectStore.path(folder),
              ObjectStore.configuration(),
              LeaseTerms.usual(),
              "the test")) {
        lease.check();
        Files.createFile(folder.resolve(CLOSING));
      }
    }
  }

  @Test
  void aProcessThatIsEndingAcquiresNoLease() throws Exception {
    assertThat(leasesOfAProcessThatEndsAt(".")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".leases/fencing-token-00000001.json",
        ".leases/heartbeat-00000001-00000001",
        CLOSING
      })
  void aLeaseIsReleasedByAProcessThatEndsAt(String moment) throws Exception {
    assertThat(leasesOfAProcessThatEndsAt(moment))
        .contains("fencing-token-00000001.json", "released-00000001");
  }

  private List<String> leasesOfAProcessThatEndsAt(String moment) throws Exception {
    Path log = folder.resolve("log");
    java.lang.Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Process.class.getName(),
                Files.createDirectory(folder.resolve("run")).toString(),
                moment)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(Files.readString(log)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(SIGINT);
      return leases();
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> leases() throws IOException {
    Path leases = folder.resolve("run/.leases");
    if (!Files.exists(leases)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(leases)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
