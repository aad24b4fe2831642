package io.centroid.fuzz.parsers;

import io.centroid.fuzz.Parts;
import io.centroid.io.HadoopFiles;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A folder in memory, in which an input's parts lie as files. Used by one thread. */
final class MemoryFolder implements AutoCloseable {
  private static final AtomicLong NEXT = new AtomicLong();

  private final String authority = "v" + NEXT.getAndIncrement();
  private final MemoryFileSystem.Volume volume = MemoryFileSystem.volume(authority);
  private final HadoopFiles files;

  MemoryFolder() {
    Configuration configuration = new Configuration(false);
    configuration.set("fs." + MemoryFileSystem.SCHEME + ".impl", MemoryFileSystem.class.getName());
    files = new HadoopFiles(configuration);
  }

  HadoopFiles files() {
    return files;
  }

  /** The folder's URI with a name in it. */
  String path(String name) {
    return MemoryFileSystem.SCHEME + "://" + authority + "/d/" + name;
  }

  Path folder() {
    return new Path(MemoryFileSystem.SCHEME + "://" + authority + "/d");
  }

  void put(String name, byte[] content) {
    volume.put("/d/" + name, content);
  }

  /** Puts the parts of an input in the place of all files; a name without a part has no file. */
  void replace(byte[] input, List<String> names) {
    volume.clear();
    List<byte[]> parts = Parts.split(input);
    for (int i = 0; i < Math.min(names.size(), parts.size()); i++) {
      // An absent file is as common as an empty one.
      if (parts.get(i).length > 0) {
        put(names.get(i), parts.get(i));
      }
    }
  }

  void clear() {
    volume.clear();
  }

  @Override
  public void close() {
    MemoryFileSystem.remove(authority);
  }
}
