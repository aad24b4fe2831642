package io.centroid.io.storage;

import io.centroid.io.HadoopPath;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;

/**
 * A file that is replaced atomically: written under a hidden name, synced and renamed over the old
 * one. On an object store, where a file appears only on close and a rename is a copy, it is written
 * in place; an upload that fails is aborted, if the store can do that.
 */
public final class AtomicFile {
  private final Storage storage;
  private final Path file;
  private final Path written;

  private AtomicFile(Storage storage, Path file, String hidden) {
    this.storage = storage;
    this.file = file;
    this.written = storage.writesAside() ? HadoopPath.child(file.getParent(), hidden) : file;
  }

  /** A file with one writer at a time, which overwrites the leftovers of a dead writer. */
  public static AtomicFile ofOneWriter(Storage storage, Path file) {
    return ofOneWriter(storage, file, AtomicDirectory.IN_PROGRESS + file.getName());
  }

  /** As above, with a hidden name for files that other tools recognize by a part of the name. */
  public static AtomicFile ofOneWriter(Storage storage, Path file, String hidden) {
    return new AtomicFile(storage, file, hidden);
  }

  /** A file with concurrent writers; the last one wins. */
  public static AtomicFile ofManyWriters(Storage storage, Path file) {
    return new AtomicFile(
        storage, file, AtomicDirectory.hidden(AtomicDirectory.IN_PROGRESS, file.getName()));
  }

  /** Writes the whole file, replacing an existing one; returns its length and hash. */
  public StoredFile write(Storage.Content content) throws IOException {
    try {
      StoredFile file = Storage.written(create(), content);
      publish();
      return file;
    } catch (IOException | RuntimeException e) {
      if (!written.equals(file)) {
        storage.discardAfter(e, written);
      }
      throw e;
    }
  }

  /** Like {@link #write(Storage.Content)}. */
  public void write(byte[] content) throws IOException {
    write(out -> out.write(content));
  }

  /**
   * Writes the whole file unless it exists. On object stores the last of concurrent writers wins.
   *
   * @return length and hash; empty if the file exists
   */
  public Optional<StoredFile> writeIfAbsent(Storage.Content content) throws IOException {
    if (storage.exists(file)) {
      return Optional.empty();
    }
    try {
      StoredFile stored = Storage.written(create(), content);
      if (!written.equals(file)) {
        storage.renameFile(written, file);
      }
      return Optional.of(stored);
    } catch (IOException | RuntimeException e) {
      if (!written.equals(file)) {
        storage.discardAfter(e, written);
      }
      if (e instanceof FileAlreadyExistsException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Opens the file for writing; {@link #publish} follows, or {@link OpenFile#abandon}. */
  public FSDataOutputStream create() throws IOException {
    return storage.fileSystem().create(written, true);
  }

  /** Renames the hidden file over the old one; either may still be open for writing. */
  public void publish() throws IOException {
    if (!written.equals(file)) {
      storage.replace(written, file);
    }
  }

  /**
   * Creates a small file atomically if it does not exist. On object stores, which may lack an
   * exclusive create, the writers agree on its content first.
   *
   * @return false if another writer's file exists
   */
  public static boolean putIfAbsent(Storage storage, Path file, byte[] content) throws IOException {
    if (!storage.writesAside()) {
      return new SingleCreation(storage, file).create(content);
    }
    try {
      renameToFreeName(storage, file, content);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void renameToFreeName(Storage storage, Path file, byte[] content)
      throws IOException {
    String hidden = AtomicDirectory.hidden(AtomicDirectory.IN_PROGRESS, file.getName());
    Path aside = HadoopPath.child(file.getParent(), hidden);
    storage.createFolder(file.getParent());
    try {
      storage.createNew(aside, content);
      storage.renameFile(aside, file);
    } catch (IOException | RuntimeException e) {
      storage.discardAfter(e, aside);
      throw e;
    }
  }
}
