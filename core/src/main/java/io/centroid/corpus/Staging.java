package io.centroid.corpus;

import io.centroid.io.HadoopFiles;
import io.centroid.io.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Locale;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * A folder in which a corpus is written before it gets its name. What an attempt has not finished
 * lies in a folder below. On the local disk no {@code .crc} files are written, as the manifest
 * holds stronger sums. Travels to executors.
 *
 * @param folder its path
 */
public record Staging(HadoopFiles files, String folder) implements Serializable {
  static final String TRAIN = "train";
  static final String VALIDATION = "validation";

  private static final String ATTEMPTS = "_attempts";
  private static final int BUFFER = 1 << 16;

  /** The name of a split's part. */
  static String partName(String split, int task) {
    return String.format(Locale.ROOT, "%s-%05d.bin", split, task);
  }

  /** The file system, without checksum files. */
  FileSystem fileSystem() {
    return Storage.of(files, files.path(folder)).fileSystem();
  }

  Path path(String name) {
    return new Path(folder, name);
  }

  void createFolders() throws IOException {
    if (!fileSystem().mkdirs(path(ATTEMPTS))) {
      throw new IOException("cannot create the folder " + folder);
    }
  }

  /**
   * Begins a file of an attempt.
   *
   * @throws FileNotFoundException if the folder is gone: the corpus was given up
   */
  FSDataOutputStream create(String attempt) throws IOException {
    FileSystem fileSystem = fileSystem();
    Path path = path(ATTEMPTS + "/" + attempt);
    return fileSystem.createNonRecursive(
        path,
        FsPermission.getFileDefault(),
        true,
        BUFFER,
        fileSystem.getDefaultReplication(path),
        fileSystem.getDefaultBlockSize(path),
        null);
  }

  /** Gives an attempt's file its name, unless a twin of the attempt was faster. */
  void adopt(String attempt, String name) throws IOException {
    FileSystem fileSystem = fileSystem();
    Path from = path(ATTEMPTS + "/" + attempt);
    Path to = path(name);
    if (!fileSystem.exists(to) && fileSystem.rename(from, to)) {
      return;
    }
    if (!fileSystem.exists(to)) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
    fileSystem.delete(from, false);
  }

  /** Renames a file. */
  void rename(String from, String to) throws IOException {
    if (!fileSystem().rename(path(from), path(to))) {
      throw new IOException("cannot rename " + path(from) + " to " + path(to));
    }
  }

  /** Writes a small file. */
  void write(String name, byte[] content) throws IOException {
    Storage.of(files, path(name)).write(path(name), out -> out.write(content));
  }

  void delete(String name) throws IOException {
    fileSystem().delete(path(name), false);
  }

  /** Takes away what attempts left. */
  void deleteAttempts() throws IOException {
    fileSystem().delete(path(ATTEMPTS), true);
  }
}
