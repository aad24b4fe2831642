package io.centroid.io.decoding;

import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;

/** A sequential stream of a file, decoded as {@link FileHead} says. Not thread-safe. */
public final class DecodedStream extends InputStream {
  private static final int HEAD = 512;

  private final FileContent content;
  private final FileHead head;
  private long position;

  private DecodedStream(FileContent content, FileHead head) {
    this.content = content;
    this.head = head;
  }

  /**
   * Opens a file.
   *
   * @throws io.centroid.error.InputException if the file is missing, its gzip data is damaged, or
   *     it decodes to more than the limit
   */
  public static DecodedStream open(DecodedFiles files, String path, DecodingLimit limit) {
    FileHead head = FileHead.read(files.stored(), path, HEAD);
    return new DecodedStream(files.open(path, head, limit), head);
  }

  /** What the file is instead of a table, as {@link BinaryFormat#describeNoTable} says. */
  public Optional<String> noTable() {
    return BinaryFormat.describeNoTable(head.bytes());
  }

  /** The encoding of the text, as {@link FileHead#encoding} says. */
  public TextEncoding encoding(TextEncoding unmarked) {
    return head.encoding(unmarked);
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
