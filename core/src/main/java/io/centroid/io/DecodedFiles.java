package io.centroid.io;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The gzipped files that this JVM has decoded. Workers that run in one executor share one decoded
 * copy; those that ask while it is being decoded wait for it. The copies are softly held: memory
 * pressure drops them, and the next reader decodes again. A file that has changed (length or time)
 * replaces its older copy. Thread-safe.
 */
public final class DecodedFiles {
  public static final DecodedFiles SHARED = new DecodedFiles();

  private final Map<Path, Slot> slots = new ConcurrentHashMap<>();
  private final AtomicLong decodings = new AtomicLong();

  private record Version(long length, long modified) {}

  private static final class Slot {
    private @Nullable Version version;
    private @Nullable SoftReference<DecodedBytes> held;
  }

  /**
   * The decoded bytes of a gzipped file.
   *
   * @throws io.centroid.InputException if the file is damaged, or decodes to more than the limit
   */
  DecodedBytes decoded(HadoopFiles files, String name, DecodingLimit limit) {
    Path path = files.path(name);
    FileStatus status = files.status(path);
    Version version = new Version(status.getLen(), status.getModificationTime());
    Slot slot = slots.computeIfAbsent(status.getPath(), key -> new Slot());
    synchronized (slot) {
      DecodedBytes bytes =
          slot.held != null && version.equals(slot.version) ? slot.held.get() : null;
      if (bytes == null) {
        slot.held = null;
        bytes = decode(files, name, limit);
        slot.held = new SoftReference<>(bytes);
        slot.version = version;
      }
      limit.check(name, bytes.length());
      return bytes;
    }
  }

  /** How often a file was decoded since this JVM started. */
  public long decodings() {
    return decodings.get();
  }

  private DecodedBytes decode(HadoopFiles files, String name, DecodingLimit limit) {
    decodings.incrementAndGet();
    Path path = files.path(name);
    try (GunzipStream stream = new GunzipStream(name, files.open(path))) {
      DecodedBytes bytes = DecodedBytes.readUpTo(stream, limit.bytes());
      limit.check(name, bytes.length());
      return bytes;
    } catch (IOException e) {
      throw HadoopFiles.failure(path, e);
    }
  }
}
