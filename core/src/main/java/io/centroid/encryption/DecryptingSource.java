package io.centroid.encryption;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import com.google.crypto.tink.subtle.StreamSegmentDecrypter;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * The plain form of an encrypted file, which is read forward. The last segment is authenticated
 * first, and with it the length of the file; each other segment before its bytes are returned, and
 * those that are not read by {@link #requireEnd}.
 */
final class DecryptingSource implements ByteSource {
  private static final int TAG_BYTES = 16;

  private final Stored stored;
  private final InputStream plain;
  private final long length;
  private long next;

  DecryptingSource(ByteSource source, AesGcmHkdfStreaming streaming, byte[] context)
      throws IOException, GeneralSecurityException {
    this.stored = new Stored(source);
    long segments = (source.length() + FileCipher.SEGMENT_BYTES - 1) / FileCipher.SEGMENT_BYTES;
    this.length = source.length() - streaming.getHeaderLength() - TAG_BYTES * segments;
    if (length < 0) {
      throw InputErrors.of(source.name(), "truncated: too short for an encrypted file");
    }
    requireLastSegment(source, streaming, context, segments);
    this.plain = streaming.newDecryptingStream(stored, context);
  }

  private static void requireLastSegment(
      ByteSource source, AesGcmHkdfStreaming streaming, byte[] context, long segments)
      throws IOException, GeneralSecurityException {
    byte[] header = new byte[streaming.getHeaderLength()];
    source.peek(0, header, header.length);
    long start = segments == 1 ? header.length : (segments - 1) * FileCipher.SEGMENT_BYTES;
    byte[] last = new byte[Math.toIntExact(source.length() - start)];
    source.peek(start, last, last.length);
    StreamSegmentDecrypter decrypter = streaming.newStreamSegmentDecrypter();
    try {
      decrypter.init(ByteBuffer.wrap(header), context);
      decrypter.decryptSegment(
          ByteBuffer.wrap(last),
          Math.toIntExact(segments - 1),
          true,
          ByteBuffer.allocate(FileCipher.SEGMENT_BYTES));
    } catch (GeneralSecurityException e) {
      throw notAuthentic(source, e);
    }
  }

  @Override
  public String name() {
    return stored.source.name();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void read(long position, byte[] into, int count) throws IOException {
    if (position < next) {
      throw new IllegalStateException("read at " + position + ", expected " + next);
    }
    skipTo(position);
    int read = authentic(() -> plain.readNBytes(into, 0, count));
    next += read;
    if (read < count) {
      throw InputErrors.of(name(), "truncated: ends at byte " + next);
    }
  }

  private void skipTo(long position) throws IOException {
    byte[] skipped = new byte[next < position ? 1 << 16 : 0];
    while (next < position) {
      int count = (int) Math.min(skipped.length, position - next);
      int read = authentic(() -> plain.readNBytes(skipped, 0, count));
      next += read;
      if (read < count) {
        throw InputErrors.of(name(), "truncated: ends at byte " + next);
      }
    }
  }

  /**
   * Reads the rest of the file.
   *
   * @throws InputException if it is not authentic, or has another length
   */
  void requireEnd() throws IOException {
    skipTo(length);
    if (authentic(plain::read) >= 0) {
      throw InputErrors.of(name(), "longer than its segments say");
    }
  }

  private interface Read {
    int bytes() throws IOException;
  }

  /** Distinguishes data that is not authentic from a file system that fails. */
  private int authentic(Read read) throws IOException {
    try {
      return read.bytes();
    } catch (IOException e) {
      if (stored.failure != null) {
        throw stored.failure;
      }
      throw notAuthentic(stored.source, e);
    }
  }

  private static InputException notAuthentic(ByteSource source, Exception e) {
    return InputErrors.of(
        source.name(),
        "not authentic: altered, truncated, or a file of another name, step or run",
        e);
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }

  /** The stored bytes as a buffered stream; closing it leaves the source open. */
  private static final class Stored extends InputStream {
    private static final int BLOCK_BYTES = 1 << 20;

    private final ByteSource source;
    private byte[] block = {};

    /** Position in the source of the end of the block, and number of its bytes that are unread. */
    private long position;

    private int unread;
    private int blockLength;
    private @Nullable IOException failure;

    private Stored(ByteSource source) {
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      if (unread == 0 && !fill()) {
        return count == 0 ? 0 : -1;
      }
      int copied = Math.min(count, unread);
      System.arraycopy(block, blockLength - unread, into, offset, copied);
      unread -= copied;
      return copied;
    }

    private boolean fill() throws IOException {
      blockLength = (int) Math.min(BLOCK_BYTES, source.length() - position);
      if (blockLength <= 0) {
        return false;
      }
      if (block.length < blockLength) {
        block = new byte[blockLength];
      }
      try {
        source.read(position, block, blockLength);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
      position += blockLength;
      unread = blockLength;
      return true;
    }
  }
}
