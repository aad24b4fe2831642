package io.centroid.cli;

import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * A process that logs in from a keytab, copies a local folder to HDFS, and prints its owner. A
 * separate process, because Hadoop logins are static in a JVM.
 */
final class KerberosCopy {
  private KerberosCopy() {}

  /** Arguments: principal, keytab, file system, local folder, folder on HDFS. */
  public static void main(String[] arguments) throws Exception {
    Configuration configuration = new Configuration();
    UserGroupInformation.setConfiguration(configuration);
    UserGroupInformation.loginUserFromKeytab(arguments[0], arguments[1]);
    try (FileSystem hdfs = FileSystem.get(URI.create(arguments[2]), configuration)) {
      Path target = new Path(arguments[4]);
      // Removes the folder of an attempt before the DataNode registered.
      hdfs.delete(target, true);
      hdfs.mkdirs(target.getParent());
      hdfs.copyFromLocalFile(new Path(arguments[3]), target);
      FileStatus copied = hdfs.getFileStatus(target);
      System.out.println(copied.getOwner());
    }
  }
}
