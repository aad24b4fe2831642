package io.centroid.io.storage;

import io.centroid.error.StorageFailure;
import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * Writes and closes an open stream. Unlike try-with-resources it supports streams that throw the
 * same exception again on close, as HDFS's do, where self-suppression would hide the original
 * failure.
 */
public final class OpenFile {
  private OpenFile() {}

  /** A writer to an open stream. */
  @FunctionalInterface
  public interface Content {
    void writeTo(FSDataOutputStream out) throws IOException;
  }

  /**
   * Writes the content and closes the stream. A failed upload to an object store is aborted.
   *
   * @throws IOException if writing or closing fails, including a local disk's {@link FSError}
   */
  public static void write(FSDataOutputStream out, Content content) throws IOException {
    try {
      content.writeTo(out);
    } catch (IOException | RuntimeException | Error e) {
      abandon(out, e);
      if (e instanceof FSError error) {
        throw StorageFailure.ofLocalDisk(error);
      }
      throw e;
    }
    try {
      out.close();
    } catch (FSError e) {
      throw StorageFailure.ofLocalDisk(e);
    }
  }

  /**
   * Closes a stream whose content is incomplete; a further failure is suppressed under the first.
   * An object store shows a file when it is closed: where it can abort an upload, it does not.
   */
  public static void abandon(FSDataOutputStream out, Throwable failure) {
    try {
      if (out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        out.abort();
      }
      out.close();
    } catch (IOException | RuntimeException | Error again) {
      if (again != failure) {
        failure.addSuppressed(again);
      }
    }
  }
}
