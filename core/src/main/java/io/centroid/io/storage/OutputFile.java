package io.centroid.io.storage;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * A file that a user names for a command's output. A regular file is replaced atomically, also
 * behind a symbolic link, which stays. A device or a named pipe is written to as a stream.
 */
public final class OutputFile {
  private static final int MAX_LINKS = 40;

  private final Storage storage;
  private final Path target;
  private final boolean stream;

  private OutputFile(Storage storage, Path target, boolean stream) {
    this.storage = storage;
    this.target = target;
    this.stream = stream;
  }

  /**
   * The file of a path or URI.
   *
   * @param option option that named it, for messages
   * @throws InputException if it is a folder
   */
  public static OutputFile of(HadoopFiles files, Path given, String option) throws IOException {
    Storage storage = Storage.of(files, given);
    Path target = storage.qualified(given);
    boolean stream = false;
    if (storage.fileSystem() instanceof RawLocalFileSystem local
        && target.toUri().getScheme().equals("file")) {
      java.nio.file.Path followed = followed(local.pathToFile(target).toPath(), option);
      stream = isStream(followed);
      target = stream ? target : storage.qualified(new Path(followed.toUri()));
    }
    if (storage.exists(target) && storage.status(target).isDirectory()) {
      throw new InputException(option + " " + target + " is a folder, expected a file");
    }
    return new OutputFile(storage, target, stream);
  }

  private static boolean isStream(java.nio.file.Path path) {
    return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
  }

  /** The end of a chain of symbolic links, which need not exist. */
  private static java.nio.file.Path followed(java.nio.file.Path link, String option)
      throws IOException {
    java.nio.file.Path next = link;
    for (int links = 0; Files.isSymbolicLink(next); links++) {
      if (links == MAX_LINKS) {
        throw new InputException(option + " " + link + " is a loop of symbolic links");
      }
      if (isStream(next)) {
        return next; // Such as /dev/stderr: a pipe has no path.
      }
      next = next.resolveSibling(Files.readSymbolicLink(next));
    }
    return next;
  }

  /** The qualified path of the file that is written. */
  public Path path() {
    return target;
  }

  /** Writes the whole file. */
  public void write(Storage.Content content) throws IOException {
    if (!stream) {
      AtomicFile.ofManyWriters(storage, target).write(content);
      return;
    }
    String device = target.toUri().getPath();
    try (OutputStream out = new FileOutputStream(device, true)) {
      content.writeTo(out);
    } catch (IOException e) {
      throw new IOException(device + ": " + e.getMessage(), e);
    }
  }
}
