package io.centroid.io.storage;

import io.centroid.InputException;
import io.centroid.io.BoundedRead;
import io.centroid.io.HadoopFiles;
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
 * The few operations on a Hadoop file system that publishing is made of, each as atomic and durable
 * as the store allows. On the local disk no {@code .crc} files are written, as manifests hold
 * stronger sums, and other tools would fail on them.
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

  /** The file system that holds the path. */
  public static Storage of(Path path, Configuration configuration) throws IOException {
    FileSystem found = path.getFileSystem(configuration);
    return new Storage(found, configuration, usual(found));
  }

  /** As {@link #of(Path, Configuration)}, with a protocol for a store that its scheme misjudges. */
  public static Storage of(Path path, Configuration configuration, CommitProtocol protocol)
      throws IOException {
    return new Storage(path.getFileSystem(configuration), configuration, protocol);
  }

  /** As {@link #of(Path, Configuration)}, for a path that a user gave. */
  public static Storage of(HadoopFiles files, Path path) {
    FileSystem found = files.fileSystem(path);
    return new Storage(found, files.configuration(), usual(found));
  }

  private static CommitProtocol usual(FileSystem found) {
    return CommitProtocol.forScheme(found.getUri().getScheme());
  }

  /** The file system itself, without checksum files. */
  public FileSystem fileSystem() {
    return fileSystem;
  }

  /** How directories are published here. */
  public CommitProtocol protocol() {
    return protocol;
  }

  /** Whether a file is to be written aside; what else holds it shows it only when it is closed. */
  boolean writesAside() {
    return protocol.renames() || fileSystem instanceof RawLocalFileSystem;
  }

  /** The path with its file system and from its root. */
  public Path qualified(Path path) {
    return fileSystem.makeQualified(path);
  }

  /** Writes a new file through to the disk, hashing on the way. */
  public StoredFile write(Path path, Content content) throws IOException {
    MessageDigest digest = Sha256.digest();
    FSDataOutputStream out = fileSystem.create(path, false);
    OpenFile.fill(
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
   * Puts a small file where none is.
   *
   * @throws FileAlreadyExistsException if there is one
   */
  public void createNew(Path path, byte[] content) throws IOException {
    if (!(fileSystem instanceof RawLocalFileSystem)) {
      OpenFile.fill(
          fileSystem.create(path, false),
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

  /**
   * Gives a file a name that is free.
   *
   * @throws FileAlreadyExistsException if the name is taken
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

  /** Renames a file over another at once. Either may be open for writing. */
  void replace(Path from, Path to) throws IOException {
    if (fileSystem instanceof RawLocalFileSystem) {
      LocalDisk.replace(local(from), local(to));
    } else {
      context().rename(from, to, Options.Rename.OVERWRITE);
    }
  }

  /** Puts an empty file, whether there is one or not; it need not outlast a power cut. */
  public void createEmpty(Path path) throws IOException {
    fileSystem.create(path, true).close();
  }

  /**
   * Renames a folder to a name that is free.
   *
   * @throws FileAlreadyExistsException if the name is taken
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

  /** Creates a folder and those above it, where they are missing. */
  public void createFolder(Path path) throws IOException {
    if (!fileSystem.mkdirs(path)) {
      throw new IOException("cannot create the folder " + path);
    }
  }

  /** Whether there is a file or a folder of that name. */
  public boolean exists(Path path) throws IOException {
    return fileSystem.exists(path);
  }

  /** What lies in a folder, by name; nothing if there is no such folder. */
  public List<FileStatus> list(Path folder) throws IOException {
    try {
      FileStatus[] found = fileSystem.listStatus(folder);
      Arrays.sort(found);
      return List.of(found);
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** Length, time and kind of a file or folder. */
  public FileStatus status(Path path) throws IOException {
    return fileSystem.getFileStatus(path);
  }

  /** A file from its beginning; the caller closes it. */
  public InputStream stream(Path path) throws IOException {
    return fileSystem.open(path);
  }

  /** Length and SHA-256 of a file, read whole. */
  public StoredFile hash(Path path) throws IOException {
    try (InputStream in = stream(path)) {
      return StoredFile.of(in);
    }
  }

  /**
   * A whole small file.
   *
   * @throws InputException if it is longer than {@code most} bytes
   */
  public byte[] read(Path path, int most) throws IOException {
    try (InputStream in = stream(path)) {
      return BoundedRead.bytes(path.toString(), in, most);
    }
  }

  /** Deletes a file or a folder with all that is in it; nothing happens if it is not there. */
  public void delete(Path path) throws IOException {
    if (!fileSystem.delete(path, true) && fileSystem.exists(path)) {
      throw new IOException("cannot delete " + path);
    }
  }

  /** Writes through to the disk where the file system can. */
  public static void sync(FSDataOutputStream out) throws IOException {
    out.flush();
    if (out.hasCapability(StreamCapabilities.HSYNC)) {
      out.hsync();
    }
  }

  /** Made on first use and kept, as each holds a client of its own. */
  private synchronized FileContext context() throws IOException {
    if (context == null) {
      context = FileContext.getFileContext(fileSystem.getUri(), configuration);
    }
    return context;
  }

  private java.nio.file.Path local(Path path) {
    return ((RawLocalFileSystem) fileSystem).pathToFile(path).toPath();
  }

  /** Deletes what a failed write left; a further failure is added to the first. */
  void discardAfter(Exception failure, Path path) {
    try {
      delete(path);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static FileAlreadyExistsException alreadyExists(Path path, IOException cause) {
    FileAlreadyExistsException exception = new FileAlreadyExistsException(path + " exists already");
    exception.initCause(cause);
    return exception;
  }
}
