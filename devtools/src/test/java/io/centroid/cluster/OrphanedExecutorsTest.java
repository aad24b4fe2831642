package io.centroid.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanedExecutorsTest {
  @TempDir private Path folder;

  @Test
  void endsExactlyTheProcessesInTheWorkersFolder() throws Exception {
    Path executor = Files.createDirectories(folder.resolve("work/worker-1/app-1/0"));
    Path another = Files.createDirectories(folder.resolve("work/worker-10/app-1/0"));
    Process orphan = sleeping(executor);
    Process bystander = sleeping(another);
    try {
      new OrphanedExecutors(folder.resolve("work/worker-1")).end();

      assertThat(orphan.waitFor()).as("killed by a signal").isGreaterThan(128);
      assertThat(bystander.isAlive()).isTrue();
    } finally {
      orphan.destroyForcibly();
      bystander.destroyForcibly();
    }
  }

  @Test
  void ignoresAFolderThatDoesNotExist() {
    new OrphanedExecutors(folder.resolve("work/worker-1")).end();
    assertThat(folder).isEmptyDirectory();
  }

  private static Process sleeping(Path in) throws IOException {
    return new ProcessBuilder("sleep", "600")
        .directory(in.toFile())
        .redirectInput(new File("/dev/null"))
        .start();
  }
}
