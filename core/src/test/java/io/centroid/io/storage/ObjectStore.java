package io.centroid.io.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.jspecify.annotations.Nullable;

/**
 * An object store under {@code objects:///} as S3A is before Hadoop 3.4: consistent, a file appears
 * when it is closed unless it was aborted, and whether it exists is checked when it is created but
 * not when it is put.
 */
public final class ObjectStore extends FilterFileSystem {
  private static final String SCHEME = "objects";

  /** Called before each operation. */
  private static Runnable before = () -> {};

  private static long readable = Long.MAX_VALUE;

  public ObjectStore() {
    super(new RawLocalFileSystem());
  }

  public static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs." + SCHEME + ".impl", ObjectStore.class.getName());
    return configuration;
  }

  public static Path path(java.nio.file.Path path) {
    return new Path(SCHEME + "://" + path);
  }

  public static void before(Runnable operation) {
    before = operation;
  }

  /** Lets each read at or after an offset of a file fail. */
  public static void failReadsFrom(long offset) {
    readable = offset;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  protected void checkPath(Path path) {}

  @Override
  public Path makeQualified(Path path) {
    return path.makeQualified(getUri(), new Path("/"));
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    before.run();
    return super.getFileStatus(local(path));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    before.run();
    FileStatus[] found = super.listStatus(local(path));
    for (FileStatus status : found) {
      status.setPath(makeQualified(new Path(status.getPath().toUri().getPath())));
    }
    return found;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    before.run();
    return new FSDataInputStream(new Get(super.open(local(path), bufferSize)));
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    before.run();
    synchronized (ObjectStore.class) {
      return super.delete(local(path), recursive);
    }
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    synchronized (ObjectStore.class) {
      return super.mkdirs(local(path));
    }
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return super.mkdirs(local(path), permission);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    before.run();
    java.nio.file.Path file = java.nio.file.Path.of(path.toUri().getPath());
    if (!overwrite && Files.exists(file)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    return new FSDataOutputStream(new Put(file), null);
  }

  private static Path local(Path path) {
    return new Path("file://" + path.toUri().getPath());
  }

  private static final class Get extends FSInputStream {
    private final FSDataInputStream file;

    Get(FSDataInputStream file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (getPos() >= readable) {
        throw new IOException("connection reset");
      }
      return file.read(buffer, offset, (int) Math.min(length, readable - getPos()));
    }

    @Override
    public void seek(long position) throws IOException {
      file.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return file.getPos();
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private static final class Put extends OutputStream implements Abortable, StreamCapabilities {
    private final java.nio.file.Path file;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private boolean closed;

    Put(java.nio.file.Path file) {
      this.file = file;
    }

    @Override
    public void write(int value) {
      content.write(value);
    }

    @Override
    public boolean hasCapability(String capability) {
      return capability.equals(ABORTABLE_STREAM);
    }

    @Override
    public AbortableResult abort() {
      boolean alreadyClosed = closed;
      closed = true;
      return new AbortableResult() {
        @Override
        public boolean alreadyClosed() {
          return alreadyClosed;
        }

        @Override
        public @Nullable IOException anyCleanupException() {
          return null;
        }
      };
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      before.run();
      java.nio.file.Path uploads = Files.createTempDirectory("uploads");
      java.nio.file.Path upload = uploads.resolve(UUID.randomUUID().toString());
      Files.write(upload, content.toByteArray());
      // The folders that a local disk needs, but an object store does not have.
      synchronized (ObjectStore.class) {
        Files.createDirectories(file.getParent());
        Files.move(upload, file, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.delete(uploads);
    }
  }
}
