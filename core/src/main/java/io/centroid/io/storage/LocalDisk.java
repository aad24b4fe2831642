package io.centroid.io.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * Atomic operations on the local disk by the operating system. Hadoop's rename falls back to
 * copying there, and its exclusive create is a check followed by a create.
 */
final class LocalDisk {
  private LocalDisk() {}

  static void createNew(Path path, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /**
   * Renames a file to a name that does not exist, by a hard link, since a rename would replace an
   * existing file.
   */
  static void renameFile(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (UnsupportedOperationException e) {
      throw new IOException("this disk does not support hard links: " + to, e);
    }
    Files.delete(from);
    Path parent = to.getParent();
    if (parent != null) {
      syncFolder(parent);
    }
  }

  /** Renames a folder and syncs it and its parent. An empty folder may be replaced. */
  static void rename(Path from, Path to) throws IOException {
    if (Files.exists(to)) {
      throw new FileAlreadyExistsException(to.toString());
    }
    syncFolders(from);
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Java has no specific exception for a name that was created since the check.
      if (!Files.exists(to) || !Files.exists(from)) {
        throw e;
      }
      FileAlreadyExistsException taken = new FileAlreadyExistsException(to.toString());
      taken.initCause(e);
      throw taken;
    }
    Path parent = to.getParent();
    if (parent != null) {
      syncFolder(parent);
    }
  }

  /** Renames a file over another. */
  static void replace(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    Path parent = to.getParent();
    if (parent != null) {
      syncFolder(parent);
    }
  }

  private static void syncFolders(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path folder : paths.filter(Files::isDirectory).toList()) {
        syncFolder(folder);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
