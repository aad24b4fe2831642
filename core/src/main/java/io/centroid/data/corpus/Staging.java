package io.centroid.data.corpus;

import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.Storage;
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
  public static final String TRAIN = "train";
  public static final String VALIDATION = "validation";

  private static final String ATTEMPTS = "_attempts";
  private static final int BUFFER = 1 << 16;

  /** The name of a split's part. */
  public static String partName(String split, int task) {
    return String.format(Locale.ROOT, "%s-%05d.bin", split, task);
  }

  /** The file system, without checksum files. */
  public FileSystem fileSystem() {
    return Storage.of(files, files.path(folder)).fileSystem();
  }

  public Path path(String name) {
    return new Path(folder, name);
  }

  public void createFolders() throws IOException {
    if (!fileSystem().mkdirs(path(ATTEMPTS))) {
      throw new IOException("cannot create the folder " + folder);
    }
  }

  /**
   * Begins a file of an attempt.
   *
   * @throws FileNotFoundException if the folder is gone: the corpus was given up
   */
  public FSDataOutputStream create(String attempt) throws IOException {
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
  public void adopt(String attempt, String name) throws IOException {
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
  public void rename(String from, String to) throws IOException {
    if (!fileSystem().rename(path(from), path(to))) {
      throw new IOException("cannot rename " + path(from) + " to " + path(to));
    }
  }

  /** Writes a small file. */
  public void write(String name, byte[] content) throws IOException {
    Storage.of(files, path(name)).write(path(name), out -> out.write(content));
  }

  public void delete(String name) throws IOException {
    fileSystem().delete(path(name), false);
  }

  /** Takes away what attempts left. */
  public void deleteAttempts() throws IOException {
    fileSystem().delete(path(ATTEMPTS), true);
  }
}
