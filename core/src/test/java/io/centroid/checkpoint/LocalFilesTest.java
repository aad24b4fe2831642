package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalFilesTest {
  @TempDir private java.nio.file.Path folder;

  @ParameterizedTest
  @CsvSource({
    "000, rw-rw-rw-, rwxrwxrwx",
    "022, rw-r--r--, rwxr-xr-x",
    "077, rw-------, rwx------"
  })
  void filesAndFoldersHaveThePermissionsThatTheUmaskLeaves(
      String umask, String ofFile, String ofFolder) throws Exception {
    Configuration configuration = new Configuration(false);
    configuration.set("fs.permissions.umask-mode", umask);
    Path made = new Path(folder.toUri().toString(), "a");
    Storage storage = Storage.of(made, configuration);

    storage.createFolder(made);
    storage.write(new Path(made, "b"), out -> out.write(1));

    assertThat(permissions("a")).isEqualTo(ofFolder);
    assertThat(permissions("a/b")).isEqualTo(ofFile);
  }

  @Test
  void aStickyFolderStaysOne() throws Exception {
    Path path = new Path(folder.toUri().toString());
    LocalFiles.of(new Configuration(false)).setPermission(path, new FsPermission("1750"));

    assertThat(permissions("")).isEqualTo("rwxr-x---");
    assertThat((int) Files.getAttribute(folder, "unix:mode") & 01000).isNotZero();
  }

  private String permissions(String name) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
  }
}
