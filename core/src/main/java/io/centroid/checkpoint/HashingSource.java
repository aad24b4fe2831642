package io.centroid.checkpoint;

import io.centroid.io.ByteSource;
import io.centroid.io.Sha256;
import java.io.IOException;
import java.security.MessageDigest;

/** Computes the SHA-256 of a file while it is read sequentially. */
final class HashingSource implements ByteSource {
  private static final int CHUNK_BYTES = 1 << 20;

  private final ByteSource source;
  private final MessageDigest digest = Sha256.digest();
  private long next;

  HashingSource(ByteSource source) {
    this.source = source;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public long length() {
    return source.length();
  }

  @Override
  public void read(long position, byte[] into, int count) throws IOException {
    if (position != next) {
      throw new IllegalStateException("read at " + position + ", expected " + next);
    }
    source.read(position, into, count);
    digest.update(into, 0, count);
    next += count;
  }

  /** Reads the rest of the file and returns the SHA-256 of the whole file in lower-case hex. */
  String sha256() throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, length() - next)];
    while (next < length()) {
      read(next, chunk, (int) Math.min(chunk.length, length() - next));
    }
    return Sha256.hex(digest);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
