package io.centroid.io.decoding;

import java.io.InputStream;
import java.util.Objects;

/** A sequential stream of a file, decoded as {@link FileHead} says. Not thread-safe. */
public final class DecodedStream extends InputStream {
  private final FileContent content;
  private long position;

  private DecodedStream(FileContent content) {
    this.content = content;
  }

  /**
   * Opens a file.
   *
   * @throws io.centroid.error.InputException if the file is missing, its gzip data is damaged, or
   *     it decodes to more than the limit
   */
  public static DecodedStream open(DecodedFiles files, String path, DecodingLimit limit) {
    FileHead head = FileHead.read(files.stored(), path, 2);
    return new DecodedStream(files.open(path, head, limit));
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, target.length);
    if (count == 0) {
      return 0;
    }
    int read = content.read(position, target, offset, count);
    position += Math.max(0, read);
    return read;
  }

  @Override
  public void close() {
    content.close();
  }
}
