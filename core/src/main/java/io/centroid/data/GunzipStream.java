package io.centroid.data;

import io.centroid.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes gzip (RFC 1952) of one or more members, strictly: checksum and length of every member are
 * verified, and bytes after the last member are an error. {@link java.util.zip.GZIPInputStream}
 * takes both a damaged second member and trailing bytes for the end of the file.
 *
 * <p>Damage is an {@link InputException} that names the path and the offset in the compressed file.
 */
public final class GunzipStream extends InputStream {
  private static final int HAS_CHECKSUM = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final int RESERVED_FLAGS = 0xE0;

  private final String path;
  private final InputStream source;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final byte[] input = new byte[1 << 16];
  private int inputAt;
  private int inputEnd;
  private long inputOffset;
  private boolean started;
  private boolean ended;

  public GunzipStream(String path, InputStream source) {
    this.path = path;
    this.source = source;
  }

  /** True if the bytes begin as a gzip member does. */
  static boolean isGzip(byte[] head) {
    return head.length >= 2 && (head[0] & 0xFF) == 0x1F && (head[1] & 0xFF) == 0x8B;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (!started) {
      started = true;
      readMemberHeader();
    }
    while (!ended) {
      int decoded = inflate(target, offset, count);
      if (decoded > 0) {
        checksum.update(target, offset, decoded);
        return decoded;
      }
      if (inflater.finished()) {
        endMember();
      } else if (inflater.needsDictionary()) {
        throw damaged("a preset dictionary, which gzip does not have");
      } else {
        feed();
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    source.close();
  }

  private int inflate(byte[] target, int offset, int count) {
    try {
      return inflater.inflate(target, offset, count);
    } catch (DataFormatException e) {
      inputAt = inputEnd - inflater.getRemaining();
      throw damaged(e.getMessage() == null ? "invalid deflate data" : e.getMessage());
    }
  }

  private void feed() throws IOException {
    inputAt = inputEnd;
    if (!fill()) {
      throw truncated();
    }
    inflater.setInput(input, 0, inputEnd);
  }

  private void endMember() throws IOException {
    inputAt = inputEnd - inflater.getRemaining();
    long expectedChecksum = readLittleEndian(4);
    long expectedLength = readLittleEndian(4);
    if (expectedChecksum != checksum.getValue()) {
      throw damaged(
          String.format("CRC %08x, expected %08x", checksum.getValue(), expectedChecksum));
    }
    long length = inflater.getBytesWritten() & 0xFFFFFFFFL;
    if (expectedLength != length) {
      throw damaged("a member of " + length + " bytes, expected " + expectedLength);
    }
    if (inputAt == inputEnd && !fill()) {
      ended = true;
      return;
    }
    readMemberHeader();
  }

  private void readMemberHeader() throws IOException {
    long start = offset();
    if (next() != 0x1F || next() != 0x8B || next() != 8) {
      throw new InputException(
          path + ": compressed byte " + start + ": expected a gzip member or the end of the file");
    }
    int flags = next();
    if ((flags & RESERVED_FLAGS) != 0) {
      throw damaged("unknown gzip flags " + flags);
    }
    skipBytes(6);
    if ((flags & HAS_EXTRA) != 0) {
      skipBytes(readLittleEndian(2));
    }
    if ((flags & HAS_NAME) != 0) {
      skipText();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipText();
    }
    if ((flags & HAS_CHECKSUM) != 0) {
      skipBytes(2);
    }
    inflater.reset();
    checksum.reset();
    inflater.setInput(input, inputAt, inputEnd - inputAt);
  }

  private void skipText() throws IOException {
    while (next() != 0) {
      // up to the zero that ends it
    }
  }

  private void skipBytes(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      next();
    }
  }

  private long readLittleEndian(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) next() << (8 * i);
    }
    return value;
  }

  private int next() throws IOException {
    if (inputAt == inputEnd && !fill()) {
      throw truncated();
    }
    return input[inputAt++] & 0xFF;
  }

  private boolean fill() throws IOException {
    inputOffset += inputEnd;
    inputAt = 0;
    inputEnd = Math.max(0, source.read(input));
    return inputEnd > 0;
  }

  private long offset() {
    return inputOffset + inputAt;
  }

  private InputException truncated() {
    return damaged("the file ends inside a gzip member");
  }

  private InputException damaged(String what) {
    return new InputException(
        path + ": compressed byte " + offset() + ": damaged gzip data: " + what);
  }
}
