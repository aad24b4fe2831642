package io.centroid.spark.redact;

import io.centroid.data.corpus.Staging;
import io.centroid.io.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;

/** A file, or a part of one, that a task attempt writes in UTF-8. Not thread-safe. */
final class OutputPart implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final Staging staging;
  private final String name;
  private final String attempt;
  private final FSDataOutputStream stream;
  private final OutputStream out;

  /**
   * @param name final path below the staging folder
   * @param attempt unique name of the attempt's file
   * @param gzip true to compress
   */
  OutputPart(Staging staging, String name, String attempt, boolean gzip) throws IOException {
    this.staging = staging;
    this.name = name;
    this.attempt = attempt;
    this.stream = staging.create(attempt);
    this.out =
        gzip ? new GZIPOutputStream(stream, BUFFER) : new BufferedOutputStream(stream, BUFFER);
  }

  void write(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Completes the file and renames it to its final name, unless another attempt has done so. */
  void publish() throws IOException {
    if (out instanceof GZIPOutputStream gzip) {
      gzip.finish();
    }
    out.flush();
    Storage.sync(stream);
    out.close();
    staging.adopt(attempt, name);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
