package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path folder;

  private void write(IOException failure) throws IOException {
    RunConfig config = RunConfig.load(null, List.of("run.dir=" + folder.resolve("run")));
    RunDirectory.of(config, new HadoopFiles(new Configuration()), note -> {})
        .beforeTheStart(
            () -> {
              throw failure;
            });
  }

  @Test
  void aFileSystemThatDoesNotAnswerIsNotBadInput() {
    assertThatThrownBy(() -> write(new ConnectException("Connection refused")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("run.dir: cannot write to " + folder.resolve("run") + ": Connection refused");
  }

  @Test
  void aMissingRightIs() {
    assertThatThrownBy(() -> write(new AccessControlException("Permission denied: user=alice")))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("run.dir: cannot write to " + folder.resolve("run") + ": ");
  }
}
