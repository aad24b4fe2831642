package io.centroid.data;

import io.centroid.OpenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * A file that readers see as it was or as it is, never half of it: written aside, then renamed over
 * the old one. A writer that still has the old one open goes on with a file that has no name.
 */
public final class WholeFile {
  private WholeFile() {}

  /** Where a file is written before it gets its name; what a dead writer left there is replaced. */
  public static Path aside(Path file) {
    return new Path(file.getParent(), "." + file.getName() + ".inprogress");
  }

  /**
   * Writes a file that replaces what was there.
   *
   * @param renames false for an object store: what is put there is seen as a whole anyway, and a
   *     rename would copy it
   */
  public static void write(FileSystem fileSystem, Path file, byte[] content, boolean renames)
      throws IOException {
    Path written = renames ? aside(file) : file;
    OpenFile.fill(
        fileSystem.create(written, true),
        stream -> {
          stream.write(content);
          if (stream.hasCapability(StreamCapabilities.HSYNC)) {
            stream.hsync();
          }
        });
    if (renames) {
      replace(fileSystem, written, file);
    }
  }

  /** Renames a file over another at once. Either may be open for writing. */
  public static void replace(FileSystem fileSystem, Path from, Path to) throws IOException {
    if (fileSystem instanceof RawLocalFileSystem local) {
      Files.move(
          local.pathToFile(from).toPath(),
          local.pathToFile(to).toPath(),
          StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    FileContext.getFileContext(fileSystem.getUri(), fileSystem.getConf())
        .rename(from, to, Options.Rename.OVERWRITE);
  }
}
