package io.centroid.io.decoding;

import io.centroid.error.InputException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A strict gzip decoder (RFC 1952) for one or more members: checksum and length of every member are
 * verified, and bytes after the last member are an error.
 *
 * <p>Damage is an {@link InputException} that names the path and the offset in the compressed file.
 */
public final class GunzipStream extends InputStream {
  private final String path;
  private final Source source;
  private final Position position;
  private @Nullable InputStream decoded;

  public GunzipStream(String path, InputStream source) {
    this.path = path;
    this.source = new Source(source);
    this.position = new Position(this.source);
  }

  /** Whether the bytes begin with the gzip signature. */
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
    try {
      if (decoded == null) {
        decoded = new GzipCompressorInputStream(position, true);
      }
      return decoded.read(target, offset, count);
    } catch (IOException e) {
      if (e == source.failure) {
        throw e;
      }
      boolean ends = e instanceof EOFException;
      throw new InputException(
          path
              + ": compressed byte "
              + (ends ? position.next() : position.next() - 1)
              + ": damaged gzip data: "
              + (ends ? "the file ends inside a gzip member" : e.getMessage()),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    position.close();
  }

  /** The compressed file; a failure here is not a damaged content. */
  private static final class Source extends FilterInputStream {
    private long read;
    private @Nullable IOException failure;

    Source(InputStream stream) {
      super(stream);
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      try {
        int found = super.read(target, offset, count);
        read += Math.max(0, found);
        return found;
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }

  /** Tracks the decoder's position, since it reads ahead. */
  private static final class Position extends BufferedInputStream {
    private final Source source;

    Position(Source source) {
      super(source, 1 << 16);
      this.source = source;
    }

    synchronized long next() {
      return source.read - (count - pos);
    }
  }
}
