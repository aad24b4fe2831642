package io.centroid.io.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes files that a dead writer left open. HDFS keeps such a file open for an hour, and until
 * then the length of its last block is unreliable. Other file systems need no recovery.
 */
public final class AbandonedFile {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Logger log = LoggerFactory.getLogger(AbandonedFile.class);

  private AbandonedFile() {}

  /**
   * Recovers the HDFS lease, which closes the file after the last flushed byte. A live writer loses
   * its lease.
   */
  public static void end(FileSystem fileSystem, Path file) throws IOException {
    if (!(fileSystem instanceof DistributedFileSystem hdfs) || hdfs.isFileClosed(file)) {
      return;
    }
    log.info("{} was left open by its writer: closing it", file);
    boolean closed = hdfs.recoverLease(file);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!closed && System.nanoTime() < deadline) {
      pause();
      closed = hdfs.isFileClosed(file);
    }
    if (!closed) {
      throw new IOException(
          file + " was left open by its writer, and HDFS did not close it within " + LIMIT);
    }
  }

  private static void pause() throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }
}
