package io.centroid.io.storage;

import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.BoundedRead;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.jspecify.annotations.Nullable;

/**
 * The operations on a Hadoop file system that atomic publication needs, each as atomic and durable
 * as the store allows. On the local disk no {@code .crc} files are written, since manifests have
 * SHA-256 sums and other tools would fail on them.
 */
public final class Storage {

  /** Writes a file's content. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private final FileSystem fileSystem;
  private final Configuration configuration;
  private final CommitProtocol protocol;
  private @Nullable FileContext context;

  private Storage(FileSystem found, Configuration configuration, CommitProtocol protocol) {
    this.fileSystem = RawFiles.of(found);
    this.configuration = configuration;
    this.protocol = protocol;
  }

  /** The storage of a path's file system. */
  public static Storage of(Path path, Configuration configuration) throws IOException {
    FileSystem found = path.getFileSystem(configuration);
    HadoopPath.requireValid(found, path);
    return new Storage(found, configuration, usual(found));
  }

  /** Like {@link #of(Path, Configuration)}, with an explicit commit protocol. */
  public static Storage of(Path path, Configuration configuration, CommitProtocol protocol)
      throws IOException {
    return new Storage(path.getFileSystem(configuration), configuration, protocol);
  }

  /** Like {@link #of(Path, Configuration)}, for a path given by the user. */
  public static Storage of(HadoopFiles files, Path path) {
    FileSystem found = files.fileSystem(path);
    return new Storage(found, files.configuration(), usual(found));
  }

  private static CommitProtocol usual(FileSystem found) {
    return CommitProtocol.forScheme(found.getUri().getScheme());
  }

  /** The file system, without checksum files. */
  public FileSystem fileSystem() {
    return fileSystem;
  }

  /** The configuration of the file system; must not be modified. */
  public Configuration configuration() {
    return configuration;
  }

  /** The protocol that publishes directories. */
  public CommitProtocol protocol() {
    return protocol;
  }

  /**
   * Whether a file is written under a hidden name first; other stores show a file only on close.
   */
  boolean writesAside() {
    return protocol.renames() || fileSystem instanceof RawLocalFileSystem;
  }

  /** The absolute path with its file system. */
  public Path qualified(Path path) {
    return fileSystem.makeQualified(path);
  }

  /** Writes and syncs a new file; returns its length and hash. */
  public StoredFile write(Path path, Content content) throws IOException {
    return written(created(path), content);
  }

  /** Writes, syncs and closes an open stream; returns length and hash of the file. */
  static StoredFile written(FSDataOutputStream out, Content content) throws IOException {
    MessageDigest digest = Sha256.digest();
    OpenFile.write(
        out,
        stream -> {
          DigestOutputStream hashed = new DigestOutputStream(stream, digest);
          content.writeTo(hashed);
          hashed.flush();
          sync(stream);
        });
    return new StoredFile(out.getPos(), Sha256.hex(digest));
  }

  /**
   * Creates a small file exclusively.
   *
   * @throws FileAlreadyExistsException if the file exists
   */
  public void createNew(Path path, byte[] content) throws IOException {
    if (!(fileSystem instanceof RawLocalFileSystem)) {
      OpenFile.write(
          created(path),
          out -> {
            out.write(content);
            sync(out);
          });
      return;
    }
    createFolder(path.getParent());
    try {
      LocalDisk.createNew(local(path), content);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw alreadyExists(path, e);
    }
  }

  /** Creates a file. HDFS has its own error for one that another process still writes. */
  private FSDataOutputStream created(Path path) throws IOException {
    try {
      return fileSystem.create(path, false);
    } catch (IOException e) {
      throw StorageFailure.isBeingCreated(e) ? alreadyExists(path, e) : e;
    }
  }

  /**
   * Renames a file to a name that does not exist.
   *
   * @throws FileAlreadyExistsException if the name exists
   */
  public void renameFile(Path from, Path to) throws IOException {
    if (!(fileSystem instanceof RawLocalFileSystem)) {
      context().rename(from, to);
      return;
    }
    try {
      LocalDisk.renameFile(local(from), local(to));
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw alreadyExists(to, e);
    }
  }

  /** Renames a file over another atomically. Either may be open for writing. */
  void replace(Path from, Path to) throws IOException {
    if (fileSystem instanceof RawLocalFileSystem) {
      LocalDisk.replace(local(from), local(to));
    } else {
      context().rename(from, to, Options.Rename.OVERWRITE);
    }
  }

  /** Creates or overwrites an empty file, without a sync. */
  public void createEmpty(Path path) throws IOException {
    fileSystem.create(path, true).close();
  }

  /**
   * Renames a folder to a name that does not exist.
   *
   * @throws FileAlreadyExistsException if the name exists
   */
  public void rename(Path from, Path to) throws IOException {
    if (!(fileSystem instanceof RawLocalFileSystem)) {
      context().rename(from, to);
      return;
    }
    try {
      LocalDisk.rename(local(from), local(to));
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw alreadyExists(to, e);
    }
  }

  /** Creates a folder and its missing parents. */
  public void createFolder(Path path) throws IOException {
    if (!fileSystem.mkdirs(path)) {
      throw new IOException("cannot create the folder " + path);
    }
  }

  /** Whether a file or folder exists. */
  public boolean exists(Path path) throws IOException {
    return fileSystem.exists(path);
  }

  /** The entries of a folder, sorted by name; empty if the folder does not exist. */
  public List<FileStatus> list(Path folder) throws IOException {
    try {
      FileStatus[] found = fileSystem.listStatus(folder);
      Arrays.sort(found);
      return List.of(found);
    } catch (IOException e) {
      // For a folder that is removed meanwhile, a local file system reports no missing file.
      if (!(e instanceof FileNotFoundException) && fileSystem.exists(folder)) {
        throw e;
      }
      return List.of();
    }
  }

  /** The status of a file or folder. */
  public FileStatus status(Path path) throws IOException {
    return fileSystem.getFileStatus(path);
  }

  /** Opens a file; the caller closes it. */
  public InputStream stream(Path path) throws IOException {
    return fileSystem.open(path);
  }

  /** Length and SHA-256 of a file. */
  public StoredFile hash(Path path) throws IOException {
    try (InputStream in = stream(path)) {
      return StoredFile.of(in);
    }
  }

  /**
   * Reads a small file.
   *
   * @throws InputException if it is longer than {@code most} bytes
   */
  public byte[] read(Path path, int most) throws IOException {
    try (InputStream in = stream(path)) {
      return BoundedRead.bytes(path.toString(), in, most);
    }
  }

  /** Deletes a file or a folder recursively, if it exists. */
  public void delete(Path path) throws IOException {
    if (!fileSystem.delete(path, true) && fileSystem.exists(path)) {
      throw new IOException("cannot delete " + path);
    }
  }

  /** Flushes and syncs the stream if the file system supports it. */
  public static void sync(FSDataOutputStream out) throws IOException {
    out.flush();
    if (out.hasCapability(StreamCapabilities.HSYNC)) {
      out.hsync();
    }
  }

  /** Created on first use and reused, since each has its own client. */
  private synchronized FileContext context() throws IOException {
    if (context == null) {
      context = FileContext.getFileContext(fileSystem.getUri(), configuration);
    }
    return context;
  }

  private java.nio.file.Path local(Path path) {
    return ((RawLocalFileSystem) fileSystem).pathToFile(path).toPath();
  }

  /** Deletes the leftovers of a failed write; a further failure is suppressed under the first. */
  void discardAfter(Exception failure, Path path) {
    try {
      delete(path);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static FileAlreadyExistsException alreadyExists(Path path, IOException cause) {
    FileAlreadyExistsException exception = new FileAlreadyExistsException(path + " already exists");
    exception.initCause(cause);
    return exception;
  }
}
