package io.centroid.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.Progressable;

/**
 * Local files under {@code driverdisk:///}, to which other processes may not write, or which they
 * do not even see.
 */
public final class DriverDiskFileSystem extends RawLocalFileSystem {
  static final String SCHEME = "driverdisk";
  private static final String PROCESS = "centroid.test.driver";
  private static final String VISIBLE = "centroid.test.visible";

  static Configuration configuration(boolean visible) {
    Configuration configuration = new Configuration();
    configuration.set("fs." + SCHEME + ".impl", DriverDiskFileSystem.class.getName());
    configuration.setBoolean("fs." + SCHEME + ".impl.disable.cache", true);
    configuration.setBoolean(VISIBLE, visible);
    configuration.setLong(PROCESS, ProcessHandle.current().pid());
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
  public boolean exists(Path path) throws IOException {
    return !isHidden() && super.exists(path);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    if (isHidden()) {
      throw new FileNotFoundException(path + " is on the disk of another machine");
    }
    return super.getFileStatus(path);
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
    if (isElsewhere()) {
      throw new AccessControlException("Permission denied: " + path);
    }
    return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
  }

  private boolean isHidden() {
    return isElsewhere() && !getConf().getBoolean(VISIBLE, true);
  }

  private boolean isElsewhere() {
    return getConf().getLong(PROCESS, 0) != ProcessHandle.current().pid();
  }
}
