package io.centroid.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.Bytes;
import io.centroid.data.CountedFileSystem;
import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.util.VersionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopFilesTest {
  private final HadoopFiles files = new HadoopFiles(CountedFileSystem.configuration());

  @TempDir Path directory;

  @Test
  void aRelativePathRefersToTheLocalWorkingDirectory() throws IOException {
    try (var stream = files.open(files.path("pom.xml"))) {
      assertThat(stream.readAllBytes()).isEqualTo(Files.readAllBytes(Path.of("pom.xml")));
    }
  }

  @Test
  void serializationIncludesTheConfiguration() {
    HadoopFiles copy =
        Bytes.copied(new HadoopFiles(CountedFileSystem.configuration()), HadoopFiles.class);
    assertThat(copy.fileSystem(copy.path("counted:///tmp"))).isInstanceOf(CountedFileSystem.class);
  }

  @Test
  void reportsThePathOfAFailedRead() {
    assertBad("none.csv", "none.csv: no such file or directory");
    assertBad("nowhere://host/a", "nowhere://host/a: no such file system");
    assertBad(
        "s3a://bucket/a",
        "s3a://bucket/a: no jar of the file system s3a is on the class path: add hadoop-aws "
            + VersionInfo.getVersion());
    assertBad("", "'' is not a valid path");
    assertBad(directory.toString(), directory + ": is a directory, expected a file");
  }

  @Test
  void reportsAFileWithoutPermission() throws IOException {
    Path secret = Files.writeString(directory.resolve(CountedFileSystem.FORBIDDEN), "x");
    assertBad("counted://" + secret, "counted:" + secret + ": permission denied");
  }

  private void assertBad(String path, String message) {
    assertThatThrownBy(() -> files.open(files.path(path)).close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }
}
