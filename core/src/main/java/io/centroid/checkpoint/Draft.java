package io.centroid.checkpoint;

import io.centroid.encryption.CheckpointCipher;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.StoredFile;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * A checkpoint that is being written, from {@link CheckpointWriter#begin}. Tasks write files into
 * its folder before it is saved, and read them again whether it is saved or not, until {@link
 * #discard}. A writer that dies leaves it for the next one to remove.
 */
public final class Draft {
  private final AtomicDirectory directory;
  private final Path folder;
  private final CheckpointCipher cipher;
  private final Map<String, StoredFile> files = new TreeMap<>();
  private volatile boolean published;

  Draft(AtomicDirectory directory, Path folder, CheckpointCipher cipher) {
    this.directory = directory;
    this.folder = folder;
    this.cipher = cipher;
  }

  AtomicDirectory directory() {
    return directory;
  }

  /** The folder in which the files are written. */
  Path folder() {
    return folder;
  }

  /** The encryption of the files. */
  CheckpointCipher cipher() {
    return cipher;
  }

  /** Files that are written, by plain name. */
  public Map<String, StoredFile> files() {
    return files;
  }

  void publish() throws IOException {
    directory.publish(folder);
    published = true;
  }

  /** The folder for tasks: where it is now, and where it is once it is saved. */
  public TensorFolder tensors(HadoopFiles access) {
    return new TensorFolder(
        access,
        Stream.of(folder, directory.target()).map(Path::toString).distinct().toList(),
        cipher.files());
  }

  /** Adds a file that a task wrote. */
  public void add(String name, StoredFile file) {
    files.put(name, file);
  }

  /** Deletes the files unless they are saved; a failure is logged. */
  public void discard() {
    if (!published) {
      directory.discard(folder);
    }
  }

  /** The exception for a file that cannot be written. */
  public IOException failure(IOException e) {
    return new IOException(
        "cannot commit checkpoint " + directory.target() + ": " + StorageFailure.reason(e), e);
  }
}
