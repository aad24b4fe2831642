package io.centroid.spark;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/**
 * Local files under {@code tearing:///}. The first write of each worker's state fails in its
 * middle, counted by files across processes.
 */
public final class TearingFileSystem extends RawLocalFileSystem {
  static final String SCHEME = "tearing";
  private static final String FOLDER = "centroid.test.tearing";

  static Configuration configuration(java.nio.file.Path claims) {
    Configuration configuration = new Configuration();
    configuration.set("fs." + SCHEME + ".impl", TearingFileSystem.class.getName());
    configuration.set(FOLDER, claims.toString());
    return configuration;
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
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    FSDataOutputStream whole =
        super.create(path, overwrite, bufferSize, replication, blockSize, progress);
    String name = path.getName();
    return name.contains("state-") && claim(name.replaceFirst(".*(state-[0-9]+).*", "$1"))
        ? new FSDataOutputStream(new Torn(whole), null)
        : whole;
  }

  private boolean claim(String name) throws IOException {
    try {
      Files.createFile(java.nio.file.Path.of(getConf().get(FOLDER)).resolve(name));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static final class Torn extends FilterOutputStream {
    private long left = 100_000;

    Torn(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, (int) Math.min(left, count));
      left -= count;
      if (left < 0) {
        throw new IOException("torn");
      }
    }
  }
}
