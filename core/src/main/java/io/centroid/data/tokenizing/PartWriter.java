package io.centroid.data.tokenizing;

import io.centroid.data.corpus.CorpusShard;
import io.centroid.data.corpus.IdWidth;
import io.centroid.io.Sha256;
import io.centroid.io.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import org.apache.hadoop.fs.FSDataOutputStream;

/** A writer of token ids to a shard that computes its SHA-256. Not thread-safe. */
final class PartWriter implements Closeable {
  private static final int BUFFER = 1 << 18;

  private final FSDataOutputStream stream;
  private final IdWidth width;
  private final MessageDigest digest = Sha256.digest();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private long bytes;

  PartWriter(FSDataOutputStream stream, IdWidth width) {
    this.stream = stream;
    this.width = width;
  }

  void write(int[] ids) throws IOException {
    for (int id : ids) {
      write(id);
    }
  }

  void write(int id) throws IOException {
    if (!buffer.hasRemaining()) {
      flush();
    }
    width.put(buffer, id);
  }

  /** Completes the shard. */
  CorpusShard finish(String name) throws IOException {
    flush();
    Storage.sync(stream);
    stream.close();
    return new CorpusShard(name, bytes / width.bytes(), Sha256.hex(digest));
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }

  /** Writes token ids that are already encoded as bytes. */
  void copy(byte[] ids, int length) throws IOException {
    flush();
    put(ids, length);
  }

  private void flush() throws IOException {
    put(buffer.array(), buffer.position());
    buffer.clear();
  }

  private void put(byte[] ids, int length) throws IOException {
    digest.update(ids, 0, length);
    stream.write(ids, 0, length);
    bytes += length;
  }
}
