package io.centroid.data;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StorageStatistics;
import org.apache.hadoop.security.AccessControlException;

/** A local file system under {@code counted:///} with separate read statistics. */
public final class CountedFileSystem extends RawLocalFileSystem {
  static final String SCHEME = "counted";
  public static final String FORBIDDEN = "forbidden";

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  /** Denies access to files of one name. */
  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    if (path.getName().equals(FORBIDDEN)) {
      throw new AccessControlException("Permission denied: user=nobody, access=READ\n at x");
    }
    return super.open(path, bufferSize);
  }

  public static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs." + SCHEME + ".impl", CountedFileSystem.class.getName());
    return configuration;
  }

  public static long bytesRead() {
    StorageStatistics statistics = FileSystem.getGlobalStorageStatistics().get(SCHEME);
    Long read = statistics == null ? null : statistics.getLong("bytesRead");
    return read == null ? 0 : read;
  }
}
