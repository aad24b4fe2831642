package io.centroid.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanedExecutorsTest {
  @TempDir private Path folder;

  @Test
  void endsExactlyTheExecutorsInTheWorkersFolder() throws Exception {
    Path executor = Files.createDirectories(folder.resolve("work/worker-1/app-1/0"));
    Path another = Files.createDirectories(folder.resolve("work/worker-10/app-1/0"));
    Process orphan = sleeping(executor, "org.apache.spark.executor.CoarseGrainedExecutorBackend");
    Process bystander = sleeping(another, "org.apache.spark.executor.CoarseGrainedExecutorBackend");
    Process reader = sleeping(executor, "CoarseGrainedExecutorBackend.log");
    try {
      new OrphanedExecutors(folder.resolve("work/worker-1")).end();

      assertThat(orphan.waitFor()).as("killed by a signal").isGreaterThan(128);
      assertThat(bystander.isAlive()).isTrue();
      assertThat(reader.isAlive()).isTrue();
    } finally {
      orphan.destroyForcibly();
      for (Process process : List.of(bystander, reader)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  @Test
  void ignoresAFolderThatDoesNotExist() {
    new OrphanedExecutors(folder.resolve("work/worker-1")).end();
    assertThat(folder).isEmptyDirectory();
  }

  /** A shell with an argument that waits for its child. */
  private static Process sleeping(Path in, String argument) throws IOException {
    return new ProcessBuilder("sh", "-c", "sleep 600; true", argument)
        .directory(in.toFile())
        .redirectInput(new File("/dev/null"))
        .start();
  }
}
