package io.centroid.checkpoint;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system, which without its native library starts a {@code chmod} process for
 * every file and folder that it makes. Beside a training on all cores that is more than the rest of
 * a small checkpoint.
 */
final class LocalFiles extends RawLocalFileSystem {

  static LocalFiles of(Configuration configuration) throws IOException {
    LocalFiles files = new LocalFiles();
    files.initialize(URI.create("file:///"), configuration);
    return files;
  }

  @Override
  public void setPermission(Path path, FsPermission permission) throws IOException {
    java.nio.file.Path file = pathToFile(path).toPath();
    if (Files.getFileAttributeView(file, PosixFileAttributeView.class) == null
        || permission.getStickyBit()) {
      super.setPermission(path, permission);
      return;
    }
    Files.setPosixFilePermissions(
        file,
        PosixFilePermissions.fromString(
            permission.getUserAction().SYMBOL
                + permission.getGroupAction().SYMBOL
                + permission.getOtherAction().SYMBOL));
  }
}
