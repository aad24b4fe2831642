package io.centroid.io.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.io.nativeio.NativeIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawFilesTest {
  @TempDir private java.nio.file.Path folder;

  @ParameterizedTest
  @CsvSource({
    "000, rw-rw-rw-, rwxrwxrwx",
    "022, rw-r--r--, rwxr-xr-x",
    "077, rw-------, rwx------"
  })
  void filesAndFoldersRespectTheUmask(String umask, String ofFile, String ofFolder)
      throws Exception {
    make(RawFiles.of(local(umask)));

    assertThat(permissions("a")).isEqualTo(ofFolder);
    assertThat(permissions("a/b")).isEqualTo(ofFile);
    try (var made = Files.list(folder.resolve("a"))) {
      assertThat(made).hasSize(1);
    }
  }

  @Test
  void startsNoProcessPerFile() throws Exception {
    assumeFalse(NativeIO.isAvailable(), "Hadoop's native library needs no process");
    assertThat(processesStartedBy(local("022"))).isNotEmpty();
    assertThat(processesStartedBy(RawFiles.of(local("022")))).isEmpty();
  }

  @Test
  void preservesTheStickyBit() throws Exception {
    RawFiles.of(local("022")).setPermission(path("."), new FsPermission("1750"));

    assertThat(permissions("")).isEqualTo("rwxr-x---");
    assertThat((int) Files.getAttribute(folder, "unix:mode") & 01000).isNotZero();
  }

  /** Commands of started processes that contain the folder. */
  private List<String> processesStartedBy(FileSystem files) throws Exception {
    java.nio.file.Path events = folder.resolve("events.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ProcessStart");
      recording.start();
      make(files);
      recording.stop();
      recording.dump(events);
    }
    files.delete(path("a"), true);
    return RecordingFile.readAllEvents(events).stream()
        .filter(event -> event.getEventType().getName().equals("jdk.ProcessStart"))
        .map(event -> event.getString("command"))
        .filter(command -> command.contains(folder.toString()))
        .toList();
  }

  private void make(FileSystem files) throws IOException {
    files.mkdirs(path("a"));
    files.create(path("a/b"), false).close();
  }

  private static FileSystem local(String umask) throws IOException {
    Configuration configuration = new Configuration(false);
    configuration.set("fs.permissions.umask-mode", umask);
    return FileSystem.newInstance(URI.create("file:///"), configuration);
  }

  private Path path(String name) {
    return new Path(folder.toUri().toString(), name);
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
  }
}
