package io.centroid.fuzz.parsers;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.jspecify.annotations.Nullable;

/**
 * Files of this JVM's memory as a Hadoop file system, so that parsers read a hundred thousand
 * inputs a second through the calls that read HDFS. Each authority is a volume of its own; its
 * folders are the parents of its files.
 */
public final class MemoryFileSystem extends FileSystem {
  static final String SCHEME = "memory";

  private static final Map<String, Volume> VOLUMES = new ConcurrentHashMap<>();
  private static final AtomicLong CLOCK = new AtomicLong(1);

  /** A file; the time is another for each content, as caches look at it. */
  private record Stored(byte[] content, long time) {}

  /** The files of one authority. Used by one thread. */
  static final class Volume {
    private final Map<String, Stored> files = new TreeMap<>();

    void put(String path, byte[] content) {
      files.put(path, new Stored(content, CLOCK.getAndIncrement()));
    }

    void clear() {
      files.clear();
    }
  }

  private URI uri = URI.create(SCHEME + ":///");
  private Volume volume = new Volume();

  static Volume volume(String authority) {
    return VOLUMES.computeIfAbsent(authority, name -> new Volume());
  }

  /** Takes a volume away. */
  static void remove(String authority) {
    VOLUMES.remove(authority);
  }

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    setConf(conf);
    uri = URI.create(name.getScheme() + "://" + name.getAuthority());
    volume = volume(String.valueOf(name.getAuthority()));
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return uri;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return new FSDataInputStream(new In(stored(path).content()));
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      @Nullable Progressable progress)
      throws IOException {
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            volume.put(key(path), toByteArray());
          }
        };
    return new FSDataOutputStream(bytes, null);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    String key = key(path);
    Stored stored = volume.files.get(key);
    if (stored != null) {
      return status(key, stored);
    }
    String folder = key.endsWith("/") ? key : key + "/";
    if (volume.files.keySet().stream().noneMatch(name -> name.startsWith(folder))) {
      throw new FileNotFoundException(path + " does not exist");
    }
    return folder(key);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    if (!getFileStatus(path).isDirectory()) {
      return new FileStatus[] {getFileStatus(path)};
    }
    String key = key(path);
    String prefix = key.endsWith("/") ? key : key + "/";
    List<FileStatus> found = new ArrayList<>();
    volume.files.forEach(
        (name, stored) -> {
          if (name.startsWith(prefix)) {
            int slash = name.indexOf('/', prefix.length());
            if (slash < 0) {
              found.add(status(name, stored));
            } else {
              FileStatus inner = folder(name.substring(0, slash));
              if (!found.contains(inner)) {
                found.add(inner);
              }
            }
          }
        });
    return found.toArray(FileStatus[]::new);
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    return true;
  }

  @Override
  public boolean delete(Path path, boolean recursive) {
    return volume.files.remove(key(path)) != null;
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, @Nullable Progressable progress) {
    throw new UnsupportedOperationException("append");
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("rename");
  }

  @Override
  public void setWorkingDirectory(Path directory) {
    throw new UnsupportedOperationException("setWorkingDirectory");
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path(uri.toString() + "/");
  }

  private Stored stored(Path path) throws IOException {
    Stored stored = volume.files.get(key(path));
    if (stored == null) {
      throw new FileNotFoundException(path + " does not exist");
    }
    return stored;
  }

  private FileStatus status(String key, Stored stored) {
    return new FileStatus(
        stored.content().length, false, 1, 1 << 27, stored.time(), new Path(uri + key));
  }

  private FileStatus folder(String key) {
    return new FileStatus(0, true, 1, 0, 0, new Path(uri + key));
  }

  private static String key(Path path) {
    return path.toUri().getPath();
  }

  private static final class In extends FSInputStream {
    private final byte[] content;
    private int position;

    In(byte[] content) {
      this.content = content;
    }

    @Override
    public void seek(long to) throws IOException {
      if (to < 0 || to > content.length) {
        throw new EOFException("seek to " + to + " of " + content.length);
      }
      position = (int) to;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public int read() {
      return position < content.length ? content[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int offset, int count) {
      Objects.checkFromIndexSize(offset, count, into.length);
      if (count == 0) {
        return 0;
      }
      int read = Math.min(count, content.length - position);
      if (read <= 0) {
        return -1;
      }
      System.arraycopy(content, position, into, offset, read);
      position += read;
      return read;
    }

    @Override
    public int available() {
      return content.length - position;
    }
  }
}
