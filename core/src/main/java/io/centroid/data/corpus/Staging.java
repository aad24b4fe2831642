package io.centroid.data.corpus;

import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Locale;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The staging folder of a corpus before it is published. Unfinished files of task attempts are in a
 * subfolder. On the local disk no {@code .crc} files are written, since the manifest has SHA-256
 * sums. Serializable for executors.
 *
 * @param files access to the file system
 * @param folder path of the staging folder
 */
public record Staging(HadoopFiles files, String folder) implements Serializable {
  public static final String TRAIN = "train";
  public static final String VALIDATION = "validation";

  /** A subfolder, so that an attempt that outlives the task cannot write once it is deleted. */
  private static final String ATTEMPTS = AtomicDirectory.IN_PROGRESS + "attempts";

  private static final int BUFFER = 1 << 16;

  /** File name of a split's shard. */
  public static String partName(String split, int task) {
    return String.format(Locale.ROOT, "%s-%05d.bin", split, task);
  }

  /** The file system, without checksum files. */
  public FileSystem fileSystem() {
    return storage().fileSystem();
  }

  private Storage storage() {
    return Storage.of(files, files.path(folder));
  }

  public Path path(String name) {
    return HadoopPath.child(files.path(folder), name);
  }

  public void createFolders() throws IOException {
    storage().createFolder(path(ATTEMPTS));
  }

  /**
   * Creates a file of a task attempt.
   *
   * @throws FileNotFoundException if the folder is deleted: the preparation was aborted
   */
  public FSDataOutputStream create(String attempt) throws IOException {
    FileSystem fileSystem = fileSystem();
    Path path = path(ATTEMPTS + "/" + attempt);
    // The local file system would recreate the folder.
    fileSystem.getFileStatus(path.getParent());
    return fileSystem.createNonRecursive(
        path,
        FsPermission.getFileDefault(),
        true,
        BUFFER,
        fileSystem.getDefaultReplication(path),
        fileSystem.getDefaultBlockSize(path),
        null);
  }

  /** Renames an attempt's file to its final name, unless another attempt has done so. */
  public void adopt(String attempt, String name) throws IOException {
    try {
      rename(ATTEMPTS + "/" + attempt, name);
    } catch (FileAlreadyExistsException e) {
      delete(ATTEMPTS + "/" + attempt);
    }
  }

  /** Renames a file to a name that does not exist. */
  public void rename(String from, String to) throws IOException {
    storage().renameFile(path(from), path(to));
  }

  /** Writes a small file. */
  public void write(String name, byte[] content) throws IOException {
    storage().write(path(name), out -> out.write(content));
  }

  public void delete(String name) throws IOException {
    storage().delete(path(name));
  }

  /** Deletes the files of task attempts. */
  public void deleteAttempts() throws IOException {
    storage().delete(path(ATTEMPTS));
  }
}
