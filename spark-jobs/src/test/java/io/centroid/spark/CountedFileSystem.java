package io.centroid.spark;

import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StorageStatistics;

/** Local files under the scheme {@code counted}, with separate read statistics. */
public final class CountedFileSystem extends RawLocalFileSystem {
  private static final String SCHEME = "counted";

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs." + SCHEME + ".impl", CountedFileSystem.class.getName());
    return configuration;
  }

  static long bytesRead() {
    StorageStatistics statistics = FileSystem.getGlobalStorageStatistics().get(SCHEME);
    Long read = statistics == null ? null : statistics.getLong("bytesRead");
    return read == null ? 0 : read;
  }
}
