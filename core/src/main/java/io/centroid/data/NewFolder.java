package io.centroid.data;

import io.centroid.InputException;
import io.centroid.RawFiles;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * A directory that is written under a hidden name beside its own and then renamed; a failure leaves
 * what was there before. The old one is put aside first, so that for a moment there is neither.
 */
public final class NewFolder {
  private final FileSystem fileSystem;
  private final Path directory;
  private final boolean replaces;

  private NewFolder(FileSystem fileSystem, Path directory, boolean replaces) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.replaces = replaces;
  }

  /** Where files are written until all are there. */
  public record Target(FileSystem fileSystem, Path folder) {
    public FSDataOutputStream create(String name) throws IOException {
      return fileSystem.create(new Path(folder, name), false);
    }

    /** Writes through to the disk where the file system can. */
    public void sync(FSDataOutputStream out) throws IOException {
      out.flush();
      if (out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
    }
  }

  /** Writes the files. */
  public interface Content {
    void writeTo(Target target) throws IOException;
  }

  /**
   * Refuses a name that is taken by what must not be replaced.
   *
   * @param overwrite whether a folder that is empty or has a {@code marker} may be replaced
   * @param marker a file that what may be replaced has
   * @throws InputException if the name is taken
   */
  public static NewFolder of(HadoopFiles files, Path given, boolean overwrite, String marker)
      throws IOException {
    // A path made of a URI keeps its last slash, and then has no name.
    Path path = new Path(given.toString());
    // No .crc files beside a model: they would fail other tools' changes.
    FileSystem fileSystem = RawFiles.of(files.fileSystem(path));
    Path directory = fileSystem.makeQualified(path);
    if (directory.isRoot()) {
      throw new InputException(path + ": a file system's root, expected a directory to create");
    }
    if (!fileSystem.exists(directory)) {
      return new NewFolder(fileSystem, directory, false);
    }
    if (!overwrite) {
      throw new InputException(path + ": exists already, expected a new directory");
    }
    FileStatus[] entries = fileSystem.listStatus(directory);
    if (!fileSystem.getFileStatus(directory).isDirectory()
        || entries.length > 0 && !fileSystem.exists(new Path(directory, marker))) {
      throw new InputException(
          path + ": expected a model's directory to overwrite, found one without " + marker);
    }
    return new NewFolder(fileSystem, directory, true);
  }

  /** The folder's name when it is whole. */
  public Path path() {
    return directory;
  }

  /** Writes the content and gives it its name; after a failure nothing of it is left. */
  public void write(Content content) throws IOException {
    Path written = sibling("in-progress");
    try {
      if (!fileSystem.mkdirs(written)) {
        throw new IOException("cannot create " + written);
      }
      content.writeTo(new Target(fileSystem, written));
      if (replaces) {
        replaceBy(written);
      } else {
        rename(written, directory);
      }
    } finally {
      fileSystem.delete(written, true);
    }
  }

  private void replaceBy(Path written) throws IOException {
    Path old = sibling("replaced");
    rename(directory, old);
    try {
      rename(written, directory);
    } catch (IOException e) {
      rename(old, directory);
      throw e;
    }
    fileSystem.delete(old, true);
  }

  private void rename(Path from, Path to) throws IOException {
    // Onto a directory, Hadoop would move into it.
    if (fileSystem.exists(to) || !fileSystem.rename(from, to)) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
  }

  private Path sibling(String what) {
    return new Path(
        directory.getParent(), "." + directory.getName() + "." + what + "-" + UUID.randomUUID());
  }
}
