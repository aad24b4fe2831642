package io.centroid.data.idx;

import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;

/** A folder with a pair of IDX files. */
abstract class IdxFolder {
  static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  static final int COUNT = 1003;
  @TempDir Path directory;

  IdxSource source(byte[] images, byte[] labels, int classes) throws IOException {
    IdxFiles pair =
        new IdxFiles(write("images", images).toString(), write("labels", labels).toString());
    return new IdxSource(FILES, pair, null, classes, IdxSource.DEFAULT_DECODED_LIMIT);
  }

  Path write(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve(name), bytes);
  }
}
