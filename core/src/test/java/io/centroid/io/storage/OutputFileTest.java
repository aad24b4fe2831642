package io.centroid.io.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir private Path folder;

  @Test
  void replacesAFileAndLeavesNoTemporaryFiles() throws IOException {
    Files.writeString(folder.resolve("out.csv"), "old");
    assertThat(write("out.csv")).hasContent("new");
    assertThat(folder.toFile().list()).containsExactly("out.csv");
  }

  @Test
  void createsTheFolder() throws IOException {
    assertThat(write("a b/c/out.csv")).exists();
  }

  @Test
  void rejectsAFolder() throws IOException {
    Files.createDirectories(folder.resolve("out/kept"));
    assertThatThrownBy(() -> write("out"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a folder, expected a file");
    assertThat(folder.resolve("out/kept")).exists();
  }

  @Test
  void keepsASymbolicLinkAndReplacesItsFile() throws IOException {
    Path file = Files.writeString(Files.createDirectory(folder.resolve("b")).resolve("f"), "old");
    Files.createSymbolicLink(folder.resolve("second"), Path.of("b/f"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("second"));
    write("link");
    assertThat(link).isSymbolicLink().hasContent("new");
    assertThat(file).hasContent("new").isRegularFile();
  }

  @Test
  void createsTheFileOfADanglingLink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("later.csv"));
    write("link");
    assertThat(link).isSymbolicLink();
    assertThat(folder.resolve("later.csv")).hasContent("new");
  }

  @Test
  void rejectsALoopOfLinks() throws IOException {
    Files.createSymbolicLink(folder.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(folder.resolve("b"), Path.of("a"));
    assertThatThrownBy(() -> write("a"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a loop of symbolic links");
  }

  @Test
  void writesToANamedPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<String> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Files.readString(pipe);
              } catch (IOException e) {
                return e.toString();
              }
            });
    write("pipe");
    assertThat(read.get()).isEqualTo("new");
    assertThat(folder.toFile().list()).containsExactly("pipe");
  }

  @Test
  void reportsAFullDevice() throws IOException {
    OutputFile full = file("file:///dev/full");
    assertThatThrownBy(() -> full.write(out -> out.write('x')))
        .hasMessage("/dev/full: No space left on device")
        .satisfies(thrown -> assertThat(StorageFailure.of(thrown)).contains(StorageFailure.FULL));
    file("/dev/null").write(out -> out.write('x'));
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }

  @Test
  void keepsTheOldFileIfTheDiskIsFull() throws IOException {
    Path file = Files.writeString(folder.resolve("out.csv"), "old");
    Configuration configuration = new Configuration();
    configuration.setClass("fs.outputfull.impl", FullDisk.class, FileSystem.class);
    OutputFile output =
        OutputFile.of(
            new HadoopFiles(configuration),
            new org.apache.hadoop.fs.Path("outputfull://" + file),
            "--out");
    assertThatThrownBy(() -> output.write(out -> out.write(new byte[2])))
        .isInstanceOf(IOException.class)
        .hasMessage("no space left");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("out.csv");
  }

  /** A local file system without free space. */
  static final class FullDisk extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("outputfull:///");
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path path,
        boolean overwrite,
        int buffer,
        short replication,
        long block,
        Progressable progress)
        throws IOException {
      OutputStream file = super.create(path, overwrite, buffer, replication, block, progress);
      return new FSDataOutputStream(
          new FilterOutputStream(file) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              out.write(bytes, offset, 1);
              throw new IOException("no space left");
            }
          },
          null);
    }
  }

  private Path write(String name) throws IOException {
    Path file = folder.resolve(name);
    file(file.toString()).write(out -> out.write("new".getBytes(StandardCharsets.UTF_8)));
    return file;
  }

  private static OutputFile file(String place) throws IOException {
    HadoopFiles files = new HadoopFiles(new Configuration());
    return OutputFile.of(files, files.path(place), "--out");
  }
}
