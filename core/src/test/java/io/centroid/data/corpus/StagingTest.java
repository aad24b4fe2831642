package io.centroid.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.io.HadoopFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StagingTest {
  @TempDir Path folder;

  @Test
  void theFirstOfTwoAttemptsWins() throws IOException {
    Staging staging = staging();
    attempt(staging, "first", 1);
    attempt(staging, "second", 2);
    staging.adopt("first", "train-00000.bin");
    staging.adopt("second", "train-00000.bin");
    assertThat(Files.readAllBytes(folder.resolve("train-00000.bin"))).containsExactly(1);
    assertThat(files()).containsExactly("train-00000.bin");
  }

  @Test
  void renameDoesNotOverwrite() throws IOException {
    Staging staging = staging();
    staging.write("a", new byte[] {1});
    staging.write("b", new byte[] {2});
    assertThatThrownBy(() -> staging.rename("a", "b"))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(Files.readAllBytes(folder.resolve("b"))).containsExactly(2);
    assertThat(files()).containsExactly("a", "b");
  }

  @Test
  void anAttemptThatOutlivesTheTaskCannotWrite() throws IOException {
    Staging staging = staging();
    attempt(staging, "late", 1);
    staging.deleteAttempts();
    assertThatThrownBy(() -> staging.adopt("late", "train-00000.bin"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> staging.create("later")).isInstanceOf(FileNotFoundException.class);
    assertThat(folder).isEmptyDirectory();
  }

  private Staging staging() throws IOException {
    Staging staging = new Staging(new HadoopFiles(new Configuration()), folder.toUri().toString());
    staging.createFolders();
    return staging;
  }

  private static void attempt(Staging staging, String name, int content) throws IOException {
    try (FSDataOutputStream out = staging.create(name)) {
      out.write(content);
    }
  }

  /** All files, recursively. */
  private Stream<String> files() throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      return found
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    }
  }
}
