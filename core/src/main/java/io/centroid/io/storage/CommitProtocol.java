package io.centroid.io.storage;

import io.centroid.io.HadoopPath;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** The protocol that publishes a directory, by the store's atomic operations. */
public enum CommitProtocol {
  /** For stores with atomic rename: the directory is written under a hidden name and renamed. */
  RENAME {
    @Override
    Path begin(AtomicDirectory directory, String hidden) {
      return directory.sibling(hidden);
    }

    @Override
    void mark(AtomicDirectory directory, Path written, byte[] content) throws IOException {
      directory.storage().createNew(directory.marker(written), content);
    }

    @Override
    void publish(AtomicDirectory directory, Path written) throws IOException {
      directory.guard().run(() -> directory.storage().rename(written, directory.target()));
    }

    @Override
    boolean isComplete(AtomicDirectory directory) {
      return true;
    }

    @Override
    boolean moveAside(AtomicDirectory directory, String hidden) throws IOException {
      Path aside = directory.sibling(hidden);
      directory.guard().run(() -> directory.storage().rename(directory.target(), aside));
      return true;
    }

    @Override
    void remove(AtomicDirectory directory, String hidden) throws IOException {
      try {
        moveAside(directory, hidden);
      } catch (FileNotFoundException | NoSuchFileException e) {
        return; // Another process removes or publishes it concurrently.
      }
      directory.storage().delete(directory.sibling(hidden));
    }
  },

  /**
   * For object stores, whose rename is a copy: files are written in place and the marker, such as a
   * manifest, last and only if absent. A directory without its marker is incomplete.
   */
  MANIFEST_LAST {
    @Override
    Path begin(AtomicDirectory directory, String hidden) {
      return directory.target();
    }

    @Override
    void mark(AtomicDirectory directory, Path written, byte[] content) throws IOException {
      Path marker = directory.marker(written);
      directory.guard().run(() -> directory.storage().createNew(marker, content));
    }

    @Override
    void publish(AtomicDirectory directory, Path written) throws IOException {
      if (written.equals(directory.target())) {
        return;
      }
      Storage storage = directory.storage();
      storage.createFolder(directory.target());
      Path marker = storage.qualified(directory.marker(written));
      for (FileStatus file : storage.list(written)) {
        if (!file.getPath().equals(marker)) {
          storage.rename(
              file.getPath(), HadoopPath.child(directory.target(), file.getPath().getName()));
        }
      }
      directory.guard().run(() -> storage.rename(marker, directory.marker(directory.target())));
    }

    @Override
    boolean isComplete(AtomicDirectory directory) throws IOException {
      return directory.storage().exists(directory.marker(directory.target()));
    }

    @Override
    boolean moveAside(AtomicDirectory directory, String hidden) {
      return false;
    }

    @Override
    void remove(AtomicDirectory directory, String hidden) throws IOException {
      Path marker = directory.marker(directory.target());
      directory.guard().run(() -> directory.storage().delete(marker));
      directory.storage().delete(directory.target());
    }
  };

  private static final Set<String> OBJECT_STORES =
      Set.of("s3", "s3a", "s3n", "gs", "wasb", "wasbs", "oss", "cosn", "swift", "obs");

  /** The protocol for a URI scheme such as {@code hdfs} or {@code s3a}. */
  public static CommitProtocol forScheme(String scheme) {
    return OBJECT_STORES.contains(scheme.toLowerCase(Locale.ROOT)) ? MANIFEST_LAST : RENAME;
  }

  /** Whether files and directories can be renamed atomically. */
  public boolean renames() {
    return this == RENAME;
  }

  abstract Path begin(AtomicDirectory directory, String hidden);

  abstract void mark(AtomicDirectory directory, Path written, byte[] content) throws IOException;

  abstract void publish(AtomicDirectory directory, Path written) throws IOException;

  abstract boolean isComplete(AtomicDirectory directory) throws IOException;

  abstract boolean moveAside(AtomicDirectory directory, String hidden) throws IOException;

  abstract void remove(AtomicDirectory directory, String hidden) throws IOException;
}
