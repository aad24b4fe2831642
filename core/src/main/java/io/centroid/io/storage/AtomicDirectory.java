package io.centroid.io.storage;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that is published atomically: it is either complete or absent. It is written under a
 * hidden name next to the target and renamed; a store without atomic rename publishes it by a
 * marker file that is written last, see {@link CommitProtocol}. Files are synced, and on a local
 * disk the folders too.
 *
 * @param storage file system of the directory
 * @param target final path of the directory
 * @param marker name of the file that completes the directory, such as its manifest
 * @param guard guard of each change that publishes or removes the directory
 */
public record AtomicDirectory(Storage storage, Path target, String marker, Guard guard) {
  /** Prefix of files and directories that are being written. */
  public static final String IN_PROGRESS = ".inprogress-";

  private static final String REPLACED = ".replaced-";
  private static final Logger log = LoggerFactory.getLogger(AtomicDirectory.class);

  /** A guard that permits or rejects a change, such as a lease. */
  public interface Guard {
    Guard NONE = Change::apply;

    void run(Change change) throws IOException;
  }

  /** A change of a file system. */
  public interface Change {
    void apply() throws IOException;
  }

  /** Writes the files. */
  public interface Content {
    void writeTo(Draft draft) throws IOException;
  }

  /**
   * A directory that is being written.
   *
   * @param storage file system of the directory
   * @param folder path to write to
   * @param files files written so far by name
   */
  public record Draft(Storage storage, Path folder, Map<String, StoredFile> files) {
    public StoredFile write(String name, Storage.Content content) throws IOException {
      StoredFile written = storage.write(HadoopPath.child(folder, name), content);
      files.put(name, written);
      return written;
    }

    public StoredFile write(String name, byte[] content) throws IOException {
      return write(name, out -> out.write(content));
    }
  }

  public AtomicDirectory(Storage storage, Path target, String marker) {
    this(storage, storage.qualified(target), marker, Guard.NONE);
  }

  /** A unique name for a hidden directory or file. */
  public static String hidden(String prefix, String name) {
    return prefix + name + "-" + UUID.randomUUID();
  }

  /**
   * A directory given by the user.
   *
   * @param overwrite true to accept an existing directory that is empty or has the marker
   * @throws InputException if the path exists and may not be replaced
   */
  public static AtomicDirectory of(HadoopFiles files, Path given, boolean overwrite, String marker)
      throws IOException {
    // A path from a URI keeps its trailing slash, and then has no name.
    Path path = HadoopPath.parse(given.toString());
    Storage storage = Storage.of(files, path);
    AtomicDirectory directory = new AtomicDirectory(storage, path, marker);
    if (directory.target.isRoot()) {
      throw new InputException(
          path + ": is the root of a file system, expected a directory to create");
    }
    if (!storage.exists(directory.target)) {
      return directory;
    }
    if (!overwrite) {
      throw new InputException(path + ": already exists, expected a new directory");
    }
    FileStatus status = storage.status(directory.target);
    if (!status.isDirectory()
        || !storage.list(directory.target).isEmpty()
            && !storage.exists(directory.marker(directory.target))) {
      throw new InputException(
          path
              + ": expected a new or empty directory, or one with "
              + marker
              + " to overwrite, found another");
    }
    return directory;
  }

  /**
   * Writes the files and publishes the directory; a failure leaves the previous state.
   *
   * @param overwrite true to replace an existing directory
   */
  public void write(boolean overwrite, Content content) throws IOException {
    Path written = sibling(hidden(IN_PROGRESS, target.getName()));
    try {
      content.writeTo(new Draft(storage, written, new TreeMap<>()));
      if (overwrite) {
        replace(written);
      } else {
        publish(written);
      }
    } finally {
      discard(written);
    }
  }

  /**
   * The path to write the files to.
   *
   * @param hidden name for stores with rename
   */
  public Path begin(String hidden) {
    return storage.protocol().begin(this, hidden);
  }

  /** Writes the marker, after all other files. */
  public void mark(Path written, byte[] content) throws IOException {
    storage.protocol().mark(this, written, content);
  }

  /**
   * Publishes the written files under the final name.
   *
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException if the name exists
   */
  public void publish(Path written) throws IOException {
    storage.protocol().publish(this, written);
  }

  /** Like {@link #publish}, replacing an existing directory. */
  public void replace(Path written) throws IOException {
    if (!storage.exists(target)) {
      publish(written);
      return;
    }
    String hidden = hidden(REPLACED, target.getName());
    if (!moveAside(hidden)) {
      remove(hidden);
      publish(written);
      return;
    }
    Path old = sibling(hidden);
    try {
      publish(written);
    } catch (IOException | RuntimeException e) {
      storage.rename(old, target);
      throw e;
    }
    discard(old);
  }

  /** Whether the directory is complete. */
  public boolean isComplete() throws IOException {
    return storage.protocol().isComplete(this);
  }

  /** Renames the directory to a hidden name; false if the store cannot rename. */
  public boolean moveAside(String hidden) throws IOException {
    return storage.protocol().moveAside(this, hidden);
  }

  /**
   * Hides the directory atomically, so that no reader sees a part of it, then deletes it.
   *
   * @param hidden name during the deletion
   */
  public void remove(String hidden) throws IOException {
    storage.protocol().remove(this, hidden);
  }

  /** Deletes unpublished files; a failure is logged. */
  public void discard(Path written) {
    if (written.equals(target)) {
      return; // Another writer may have completed it.
    }
    try {
      storage.delete(written);
    } catch (IOException e) {
      log.warn("cannot delete {}: {}", written, e.toString());
    }
  }

  Path sibling(String name) {
    return HadoopPath.child(target.getParent(), name);
  }

  Path marker(Path folder) {
    return HadoopPath.child(folder, marker);
  }
}
