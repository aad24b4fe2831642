package io.centroid.io.storage;

import io.centroid.StorageFault;
import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;

/**
 * A file that was created and is to be written whole. Unlike a try with resources this survives a
 * stream that throws the very same exception again when it is closed, as HDFS's does: there Java
 * refuses to suppress it under itself, and what went wrong is lost.
 */
public final class OpenFile {
  private OpenFile() {}

  /** Writes to a stream that is open. */
  @FunctionalInterface
  public interface Content {
    void writeTo(FSDataOutputStream out) throws IOException;
  }

  /**
   * Writes the content and closes the stream.
   *
   * @throws IOException what failed first, a local disk's {@link FSError} included
   */
  public static void fill(FSDataOutputStream out, Content content) throws IOException {
    try {
      content.writeTo(out);
    } catch (IOException | RuntimeException | Error e) {
      try {
        out.close();
      } catch (IOException | RuntimeException | Error again) {
        if (again != e) {
          e.addSuppressed(again);
        }
      }
      if (e instanceof FSError error) {
        throw StorageFault.ofLocalDisk(error);
      }
      throw e;
    }
    try {
      out.close();
    } catch (FSError e) {
      throw StorageFault.ofLocalDisk(e);
    }
  }
}
