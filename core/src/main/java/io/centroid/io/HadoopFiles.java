package io.centroid.io;

import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.storage.Storage;
import io.centroid.io.storage.StoredFile;
import io.centroid.security.KerberosLogin;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.VersionInfo;

/**
 * Access to files on any Hadoop file system. Serialization includes the configuration, so that
 * executors use the same file systems as the driver. A relative path refers to the working
 * directory of the default file system.
 *
 * <p>Missing files and missing permissions are {@link InputException}s that name the path; other
 * failures (a lost connection) are {@link UncheckedIOException}s, which may be retried.
 */
public final class HadoopFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Map<String, String> MODULES =
      Map.of(
          "s3a", "hadoop-aws",
          "abfs", "hadoop-azure",
          "abfss", "hadoop-azure",
          "wasb", "hadoop-azure",
          "wasbs", "hadoop-azure");

  private transient Configuration configuration;

  /** Copies the configuration and adds the {@link HdfsDefaults} that it does not set. */
  public HadoopFiles(Configuration configuration) {
    this.configuration = new Configuration(configuration);
    HdfsDefaults.addTo(this.configuration);
  }

  /** These files with additional properties of the configuration. */
  public HadoopFiles with(Map<String, String> properties) {
    if (properties.entrySet().stream()
        .allMatch(property -> property.getValue().equals(configuration.get(property.getKey())))) {
      return this;
    }
    HadoopFiles files = new HadoopFiles(configuration);
    properties.forEach(files.configuration::set);
    return files;
  }

  /** The configuration; must not be modified. */
  public Configuration configuration() {
    return configuration;
  }

  /** Parses a path or URI given by the user, see {@link HadoopPath#parse}. */
  public Path path(String text) {
    return HadoopPath.parse(text);
  }

  /** The file system of the path; shared by all threads, must not be closed. */
  public FileSystem fileSystem(Path path) {
    try {
      FileSystem files = path.getFileSystem(configuration);
      if (files instanceof DistributedFileSystem) {
        KerberosLogin.requireCredentials();
      }
      HadoopPath.requireValid(files, path);
      // The checksum layer cannot form the name of the checksum file of a name with a colon.
      return files instanceof ChecksumFileSystem checked && path.getName().indexOf(':') >= 0
          ? checked.getRawFileSystem()
          : files;
    } catch (UnsupportedFileSystemException | IllegalArgumentException e) {
      throw new InputException(path + ": no such file system: " + firstLine(e), e);
    } catch (NoClassDefFoundError e) {
      throw missingJar(path, e);
    } catch (RuntimeException e) {
      throw e.getCause() instanceof ClassNotFoundException ? missingJar(path, e) : e;
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /** Hadoop names the classes of some file systems that are in jars of their own. */
  private static InputException missingJar(Path path, Throwable e) {
    String scheme = String.valueOf(path.toUri().getScheme());
    String module = MODULES.get(scheme);
    String version = VersionInfo.getVersion();
    return new InputException(
        path
            + ": no jar of the file system "
            + scheme
            + " is on the class path: "
            + (module == null
                ? StorageFailure.reason(e)
                : "add %1$s %2$s and its dependencies (spark-submit: --packages"
                        .formatted(module, version)
                    + " org.apache.hadoop:%s:%s; bin/centroid: into lib/spark)"
                        .formatted(module, version)),
        e);
  }

  /** The status of a file or directory. */
  public FileStatus status(Path path) {
    try {
      return fileSystem(path).getFileStatus(path);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /** Opens a file for reading from any position; the caller closes it. */
  public FSDataInputStream open(Path path) {
    requireFile(path);
    try {
      return fileSystem(path).open(path);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  private void requireFile(Path path) {
    if (status(path).isDirectory()) {
      throw new InputException(path + ": is a directory, expected a file");
    }
  }

  /**
   * Reads a small file.
   *
   * @throws InputException if it is missing, or longer than {@code most} bytes
   */
  public byte[] read(Path path, int most) {
    requireFile(path);
    try {
      return Storage.of(this, path).read(path, most);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /** Length and SHA-256 of a file. */
  public StoredFile hash(Path path) {
    requireFile(path);
    try {
      return Storage.of(this, path).hash(path);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /** The entries of a directory, sorted by name. */
  public List<FileStatus> list(Path directory) {
    try {
      FileStatus[] entries = fileSystem(directory).listStatus(directory);
      Arrays.sort(entries, Comparator.comparing(entry -> entry.getPath().getName()));
      return List.of(entries);
    } catch (IOException e) {
      throw failure(directory, e);
    }
  }

  /** Converts a failed access to bad input or a failure of the file system. */
  public static RuntimeException failure(Path path, IOException e) {
    String reason = firstLine(e);
    if (e instanceof AccessControlException
        || e instanceof java.nio.file.AccessDeniedException
        || reason.contains("Permission denied")) {
      return new InputException(path + ": permission denied", e);
    }
    if (reason.startsWith("Incomplete HDFS URI")) {
      return new InputException(path + ": " + reason, e);
    }
    if (e instanceof FileNotFoundException) {
      return new InputException(path + ": no such file or directory", e);
    }
    return new UncheckedIOException(path + ": " + reason, e);
  }

  private static String firstLine(Exception e) {
    String message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").strip();
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    configuration.write(out);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    configuration = new Configuration(false);
    configuration.readFields(in);
  }
}
