package io.centroid.checkpoint;

import io.centroid.InputException;
import io.centroid.OpenFile;
import io.centroid.RawFiles;
import io.centroid.Rejection;
import io.centroid.Sha256;
import io.centroid.safetensors.ByteSource;
import io.centroid.safetensors.HadoopSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.jspecify.annotations.Nullable;

/**
 * The few operations on a Hadoop file system that a commit is made of, each as atomic and durable
 * as the store allows. On the local disk no {@code .crc} files are written, as the manifest holds
 * stronger sums.
 */
public final class Storage {

  /** Writes a file's content. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Begins the names of files and folders that are being written. */
  public static final String IN_PROGRESS = ".inprogress-";

  private final FileSystem fileSystem;
  private final Configuration configuration;
  private @Nullable FileContext context;

  private Storage(FileSystem fileSystem, Configuration configuration) {
    this.fileSystem = fileSystem;
    this.configuration = configuration;
  }

  /** What is done to the file system that holds the path. */
  public static Storage of(Path path, Configuration configuration) throws IOException {
    return new Storage(RawFiles.of(path.getFileSystem(configuration)), configuration);
  }

  /** How folders become visible at once here. */
  public CommitProtocol protocol() {
    return CommitProtocol.forScheme(fileSystem.getUri().getScheme());
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
   * Puts a small file where none is, so that no reader sees a part of it and no death leaves one:
   * written aside, then given its name. An object store shows nothing before the end anyway, but
   * not every one keeps two writers from putting the same file: there it is to be read back.
   *
   * @throws FileAlreadyExistsException if there is one
   */
  public void publish(Path path, byte[] content) throws IOException {
    if (protocol() == CommitProtocol.MANIFEST_LAST) {
      createNew(path, content);
      return;
    }
    Path aside = new Path(path.getParent(), IN_PROGRESS + UUID.randomUUID());
    createFolder(path.getParent());
    try {
      createNew(aside, content);
      if (fileSystem instanceof RawLocalFileSystem) {
        LocalDisk.renameFile(local(aside), local(path));
      } else {
        context().rename(aside, path);
      }
    } catch (IOException | RuntimeException e) {
      try {
        delete(aside);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      if (e instanceof java.nio.file.FileAlreadyExistsException taken) {
        throw alreadyExists(path, taken);
      }
      throw e;
    }
  }

  /** Puts an empty file, whether there is one or not; it need not outlast a power cut. */
  void createEmpty(Path path) throws IOException {
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

  ByteSource open(Path path) throws IOException {
    return new HadoopSource(fileSystem, path);
  }

  /**
   * A whole small file.
   *
   * @throws InputException if it is longer than {@code most} bytes
   */
  public byte[] read(Path path, int most) throws IOException {
    try (FSDataInputStream in = fileSystem.open(path)) {
      byte[] content = in.readNBytes(most + 1);
      if (content.length > most) {
        throw Rejection.of(path.toString(), "length", "at most " + most + " bytes", "more");
      }
      return content;
    }
  }

  /** Deletes a file or a folder with all that is in it; nothing happens if it is not there. */
  public void delete(Path path) throws IOException {
    if (!fileSystem.delete(path, true) && fileSystem.exists(path)) {
      throw new IOException("cannot delete " + path);
    }
  }

  private static void sync(FSDataOutputStream out) throws IOException {
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

  private static FileAlreadyExistsException alreadyExists(Path path, IOException cause) {
    FileAlreadyExistsException exception = new FileAlreadyExistsException(path + " exists already");
    exception.initCause(cause);
    return exception;
  }
}
