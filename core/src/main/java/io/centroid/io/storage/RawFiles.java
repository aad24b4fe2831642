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
 * File systems without {@code .crc} files, for files that have their own checksums or that other
 * tools modify.
 */
public final class RawFiles {
  private static final URI LOCAL = URI.create("file:///");

  private RawFiles() {}

  /** The file system below the checksum layer; the same one if it has none. */
  public static FileSystem of(FileSystem found) {
    FileSystem raw =
        found instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : found;
    // A subclass that was configured on purpose stays.
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
   * Hadoop's local file system without the {@code chmod} process that it starts for every file and
   * folder if its native library is missing. During training on all cores, that process costs more
   * than the rest of a small checkpoint.
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
