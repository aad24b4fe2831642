package io.centroid.io.storage;

import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;

/**
 * A file that readers see as it was or as it is, never a part of it: written aside, synced and
 * renamed over the old one. An object store shows a file only when it is closed, and a rename would
 * copy it: there it is written in place.
 */
public final class AtomicFile {
  private final Storage storage;
  private final Path file;
  private final Path written;

  private AtomicFile(Storage storage, Path file, String hidden) {
    this.storage = storage;
    this.file = file;
    this.written = storage.writesAside() ? new Path(file.getParent(), hidden) : file;
  }

  /** A file with one writer at a time, which overwrites what a dead one left. */
  public static AtomicFile ofOneWriter(Storage storage, Path file) {
    return new AtomicFile(storage, file, AtomicDirectory.IN_PROGRESS + file.getName());
  }

  /** A file that several may write at once; the last of them counts. */
  public static AtomicFile ofManyWriters(Storage storage, Path file) {
    return new AtomicFile(
        storage, file, AtomicDirectory.hidden(AtomicDirectory.IN_PROGRESS, file.getName()));
  }

  /** Writes the file whole, in place of what may be there. */
  public void write(Storage.Content content) throws IOException {
    try {
      OpenFile.fill(
          create(),
          out -> {
            content.writeTo(out);
            Storage.sync(out);
          });
      publish();
    } catch (IOException | RuntimeException e) {
      if (!written.equals(file)) {
        storage.discardAfter(e, written);
      }
      throw e;
    }
  }

  /** As {@link #write(Storage.Content)}. */
  public void write(byte[] content) throws IOException {
    write(out -> out.write(content));
  }

  /** Opens the file to be written, for {@link #publish}. */
  public FSDataOutputStream create() throws IOException {
    return storage.fileSystem().create(written, true);
  }

  /** Renames what was written over the old file, though either may still be open for writing. */
  public void publish() throws IOException {
    if (!written.equals(file)) {
      storage.replace(written, file);
    }
  }

  /**
   * Puts a small file where none is. No reader sees a part of it and a writer that dies leaves
   * none. Not every object store keeps two writers from putting the same file, so there it is read
   * back.
   *
   * @return false if the file of another writer is there
   */
  public static boolean putIfAbsent(Storage storage, Path file, byte[] content) throws IOException {
    try {
      if (storage.writesAside()) {
        renameToFreeName(storage, file, content);
      } else {
        storage.createNew(file, content);
      }
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    return storage.protocol().renames()
        || storage.status(file).getLen() == content.length
            && Arrays.equals(storage.read(file, content.length), content);
  }

  private static void renameToFreeName(Storage storage, Path file, byte[] content)
      throws IOException {
    String hidden = AtomicDirectory.hidden(AtomicDirectory.IN_PROGRESS, file.getName());
    Path aside = new Path(file.getParent(), hidden);
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
