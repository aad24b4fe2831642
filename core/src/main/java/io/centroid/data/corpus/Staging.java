package io.centroid.data.corpus;

import io.centroid.io.HadoopFiles;
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
 * A folder in which a corpus is written before it gets its name. What an attempt has not finished
 * lies in a folder below. On the local disk no {@code .crc} files are written, as the manifest
 * holds stronger sums. Travels to executors.
 *
 * @param folder its path
 */
public record Staging(HadoopFiles files, String folder) implements Serializable {
  public static final String TRAIN = "train";
  public static final String VALIDATION = "validation";

  /** A folder, so that an attempt that outlives the task finds no place to write in. */
  private static final String ATTEMPTS = AtomicDirectory.IN_PROGRESS + "attempts";

  private static final int BUFFER = 1 << 16;

  /** The name of a split's part. */
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
    return new Path(folder, name);
  }

  public void createFolders() throws IOException {
    storage().createFolder(path(ATTEMPTS));
  }

  /**
   * Begins a file of an attempt.
   *
   * @throws FileNotFoundException if the folder is gone: the corpus was given up
   */
  public FSDataOutputStream create(String attempt) throws IOException {
    FileSystem fileSystem = fileSystem();
    Path path = path(ATTEMPTS + "/" + attempt);
    // A local disk would make the folder anew.
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

  /** Gives an attempt's file its name, unless a twin of the attempt was faster. */
  public void adopt(String attempt, String name) throws IOException {
    try {
      rename(ATTEMPTS + "/" + attempt, name);
    } catch (FileAlreadyExistsException e) {
      delete(ATTEMPTS + "/" + attempt);
    }
  }

  /** Gives a file a name that is free. */
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

  /** Takes away what attempts left. */
  public void deleteAttempts() throws IOException {
    storage().delete(path(ATTEMPTS));
  }
}
