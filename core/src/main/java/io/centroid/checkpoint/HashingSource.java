package io.centroid.checkpoint;

import io.centroid.error.InputErrors;
import io.centroid.io.ByteSource;
import io.centroid.io.HadoopSource;
import io.centroid.io.Sha256;
import io.centroid.io.storage.Storage;
import io.centroid.io.storage.StoredFile;
import java.io.IOException;
import java.security.MessageDigest;
import org.apache.hadoop.fs.Path;

/** Verifies length and SHA-256 of a file while it is read from its start to its end. */
final class HashingSource implements ByteSource {
  private static final int CHUNK_BYTES = 1 << 20;

  private final ByteSource source;
  private final StoredFile expected;
  private final MessageDigest digest = Sha256.digest();
  private byte[] skipped = {};
  private long next;

  private HashingSource(ByteSource source, StoredFile expected) {
    this.source = source;
    this.expected = expected;
  }

  /**
   * Opens a file.
   *
   * @throws java.io.FileNotFoundException if it does not exist
   * @throws io.centroid.error.InputException if it has another length
   */
  static HashingSource open(Storage storage, Path file, StoredFile expected) throws IOException {
    HadoopSource source = new HadoopSource(storage.fileSystem(), file);
    try {
      requireLength(file, expected, source.length());
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
    return new HashingSource(source, expected);
  }

  static void requireLength(Path file, StoredFile expected, long found) {
    if (found != expected.bytes()) {
      throw InputErrors.of(
          file.toString(),
          "length",
          expected.bytes() + " bytes (" + Manifest.FILE + ")",
          found + " bytes");
    }
  }

  static void requireSha256(String file, StoredFile expected, String found) {
    if (!found.equals(expected.sha256())) {
      throw InputErrors.of(file, "SHA-256", expected.sha256() + " (" + Manifest.FILE + ")", found);
    }
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public long length() {
    return source.length();
  }

  /** Reads at or after the end of the last read; bytes between them are hashed too. */
  @Override
  public void read(long position, byte[] into, int count) throws IOException {
    if (position < next) {
      throw new IllegalStateException("read at " + position + ", expected " + next);
    }
    skipTo(position);
    source.read(position, into, count);
    digest.update(into, 0, count);
    next += count;
  }

  /** Reads bytes that are hashed when they are read again. */
  @Override
  public void peek(long position, byte[] into, int count) throws IOException {
    source.read(position, into, count);
  }

  private void skipTo(long position) throws IOException {
    if (next < position && skipped.length == 0) {
      skipped = new byte[(int) Math.min(CHUNK_BYTES, length())];
    }
    while (next < position) {
      int count = (int) Math.min(skipped.length, position - next);
      source.read(next, skipped, count);
      digest.update(skipped, 0, count);
      next += count;
    }
  }

  /**
   * Reads the rest of the file.
   *
   * @throws io.centroid.error.InputException if the whole file has another SHA-256
   */
  void requireSha256() throws IOException {
    skipTo(length());
    requireSha256(name(), expected, Sha256.hex(digest));
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
