package io.centroid.io.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * File systems that put nothing beside the files that are written: for what has sums of its own,
 * and for what other tools change.
 */
public final class RawFiles {
  private static final URI LOCAL = URI.create("file:///");

  private RawFiles() {}

  /** The file system below checksum files; itself if it keeps none. */
  public static FileSystem of(FileSystem found) {
    FileSystem raw =
        found instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : found;
    // Not in place of one that was put there on purpose.
    if (raw.getClass() != RawLocalFileSystem.class) {
      return raw;
    }
    Local local = new Local();
    try {
      local.initialize(LOCAL, raw.getConf());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return local;
  }

  /**
   * Hadoop's local file system, which without its native library starts a {@code chmod} process for
   * every file and folder that it makes. Beside a training on all cores that is more than the rest
   * of a small checkpoint.
   */
  private static final class Local extends RawLocalFileSystem {

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
}
