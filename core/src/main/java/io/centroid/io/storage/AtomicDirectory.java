package io.centroid.io.storage;

import io.centroid.InputException;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that is either complete or absent. It is written under a hidden name beside its own
 * and renamed; a store without an atomic rename publishes it by a marker file, put last, as {@link
 * CommitProtocol} says. Files are synced, and on a local disk the folders too.
 *
 * @param marker name of the file that completes the directory, such as its manifest
 * @param guard around each change that makes the directory appear or vanish
 */
public record AtomicDirectory(Storage storage, Path target, String marker, Guard guard) {
  /** Begins the names of files and directories that are being written. */
  public static final String IN_PROGRESS = ".inprogress-";

  private static final String REPLACED = ".replaced-";
  private static final Logger log = LoggerFactory.getLogger(AtomicDirectory.class);

  /** Decides whether a change may happen, as a lease does. */
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
   * @param files written so far, by name
   */
  public record Draft(Storage storage, Path folder, Map<String, StoredFile> files) {
    public StoredFile write(String name, Storage.Content content) throws IOException {
      StoredFile written = storage.write(new Path(folder, name), content);
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

  /** A name for a directory or file that is not to be seen, which no one else takes. */
  public static String hidden(String prefix, String name) {
    return prefix + name + "-" + UUID.randomUUID();
  }

  /**
   * A directory that a user names.
   *
   * @param overwrite whether one that is empty or has the marker may be there
   * @throws InputException if the name is taken by something that must stay
   */
  public static AtomicDirectory of(HadoopFiles files, Path given, boolean overwrite, String marker)
      throws IOException {
    // A path made of a URI keeps its last slash, and then has no name.
    Path path = new Path(given.toString());
    Storage storage = Storage.of(files, path);
    AtomicDirectory directory = new AtomicDirectory(storage, path, marker);
    if (directory.target.isRoot()) {
      throw new InputException(path + ": a file system's root, expected a directory to create");
    }
    if (!storage.exists(directory.target)) {
      return directory;
    }
    if (!overwrite) {
      throw new InputException(path + ": exists already, expected a new directory");
    }
    FileStatus status = storage.status(directory.target);
    if (!status.isDirectory()
        || !storage.list(directory.target).isEmpty()
            && !storage.exists(directory.marker(directory.target))) {
      throw new InputException(
          path + ": expected a model's directory to overwrite, found one without " + marker);
    }
    return directory;
  }

  /**
   * Writes the files and publishes the directory; a failure leaves what was there before.
   *
   * @param overwrite whether a directory that is there is replaced
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
   * Where the files are to be written.
   *
   * @param hidden name to write under, where the store renames
   */
  public Path begin(String hidden) {
    return storage.protocol().begin(this, hidden);
  }

  /** Puts the marker, after all other files. */
  public void mark(Path written, byte[] content) throws IOException {
    storage.protocol().mark(this, written, content);
  }

  /**
   * Gives what was written its name, if it does not have it.
   *
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException if the name is taken
   */
  public void publish(Path written) throws IOException {
    storage.protocol().publish(this, written);
  }

  /** As {@link #publish}, in place of what may be there. */
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

  /** Whether a directory that is listed under its name is complete. */
  public boolean isComplete() throws IOException {
    return storage.protocol().isComplete(this);
  }

  /** Gives the directory a hidden name; false where the store cannot. */
  public boolean moveAside(String hidden) throws IOException {
    return storage.protocol().moveAside(this, hidden);
  }

  /**
   * Makes the directory vanish at once, so that no reader sees a part of it, and then deletes it.
   *
   * @param hidden its name while it is being deleted
   */
  public void remove(String hidden) throws IOException {
    storage.protocol().remove(this, hidden);
  }

  /** Deletes what was written and not published; a failure is logged. */
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
    return new Path(target.getParent(), name);
  }

  Path marker(Path folder) {
    return new Path(folder, marker);
  }
}
