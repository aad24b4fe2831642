package io.centroid.io.decoding;

import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A cache of decoded files. Workers that share an instance share one decoded copy of each file that
 * is gzipped or not in UTF-8, and wait while it is being decoded. Copies are soft references:
 * memory pressure evicts them, and the next reader decodes again. A change of length or
 * modification time invalidates a copy. Thread-safe; serialization omits the copies.
 */
public final class DecodedFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  private final HadoopFiles files;
  private final transient Map<Path, Slot> slots = new ConcurrentHashMap<>();
  private final transient AtomicLong decodings = new AtomicLong();

  /** An empty cache. */
  public DecodedFiles(HadoopFiles files) {
    this.files = files;
  }

  private record Version(long length, long modified) {}

  private static final class Slot {
    private @Nullable Version version;
    private @Nullable SoftReference<DecodedBytes> held;
  }

  /** The same files with an empty cache. */
  public DecodedFiles withOwnCache() {
    return new DecodedFiles(files);
  }

  /** Access to the stored files. */
  public HadoopFiles stored() {
    return files;
  }

  /**
   * Opens a file whose {@link FileHead} has been read.
   *
   * @throws io.centroid.error.InputException if the file is damaged, or decodes to more than the
   *     limit
   */
  public FileContent open(String path, FileHead head, DecodingLimit limit) {
    return head.isDecoded()
        ? new FileContent.Decoded(path, decoded(path, limit))
        : new FileContent.Plain(files, path, head.fileLength());
  }

  private DecodedBytes decoded(String name, DecodingLimit limit) {
    Path path = files.path(name);
    FileStatus status = files.status(path);
    Version version = new Version(status.getLen(), status.getModificationTime());
    Slot slot = slots.computeIfAbsent(status.getPath(), key -> new Slot());
    synchronized (slot) {
      DecodedBytes bytes =
          slot.held != null && version.equals(slot.version) ? slot.held.get() : null;
      if (bytes == null) {
        slot.held = null;
        bytes = decode(name, limit);
        slot.held = new SoftReference<>(bytes);
        slot.version = version;
      }
      limit.check(name, bytes.length());
      return bytes;
    }
  }

  /** Number of times a file was decoded. */
  public long decodings() {
    return decodings.get();
  }

  private DecodedBytes decode(String name, DecodingLimit limit) {
    decodings.incrementAndGet();
    Path path = files.path(name);
    try (InputStream stored = files.open(path);
        InputStream content = FileHead.decode(name, stored).stream()) {
      DecodedBytes bytes = DecodedBytes.readUpTo(content, limit.bytes());
      limit.check(name, bytes.length());
      return bytes;
    } catch (IOException e) {
      throw HadoopFiles.failure(path, e);
    }
  }

  private Object readResolve() {
    return withOwnCache();
  }
}
