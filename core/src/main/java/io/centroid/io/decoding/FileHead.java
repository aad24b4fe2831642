package io.centroid.io.decoding;

import io.centroid.io.HadoopFiles;
import io.centroid.io.Utf8;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.apache.hadoop.fs.Path;

/**
 * The first bytes of a file, decoded if its content (not its name) is gzip or UTF-16 with a
 * byte-order mark, which is read as UTF-8.
 *
 * @param bytes first decoded bytes; fewer than requested only if the file ends
 * @param isDecoded true if the file is compressed or in UTF-16
 * @param isMarked true if the text begins with a byte-order mark; known from three bytes on
 * @param fileLength stored length of the file in bytes
 */
public record FileHead(byte[] bytes, boolean isDecoded, boolean isMarked, long fileLength) {

  public static FileHead read(HadoopFiles files, String name, int count) {
    Path path = files.path(name);
    long length = files.status(path).getLen();
    try (InputStream stored = files.open(path)) {
      Content content = decode(name, stored);
      try (InputStream stream = content.stream()) {
        byte[] bytes = stream.readNBytes(count);
        boolean marked = content.isUtf16() || Utf8.hasMark(bytes, 0, bytes.length);
        return new FileHead(bytes, content.isDecoded(), marked, length);
      }
    } catch (IOException e) {
      throw HadoopFiles.failure(path, e);
    }
  }

  /** The encoding of the decoded text: UTF-8 if it is marked, else {@code unmarked}. */
  public TextEncoding encoding(TextEncoding unmarked) {
    return isMarked ? TextEncoding.MARKED_UTF_8 : unmarked;
  }

  /** The content of a file from its beginning. */
  public record Content(InputStream stream, boolean isDecoded, boolean isUtf16) {}

  /** Decodes a stored file from its beginning, by its first bytes. */
  public static Content decode(String name, InputStream stored) throws IOException {
    byte[] magic = stored.readNBytes(2);
    if (GunzipStream.isGzip(magic)) {
      InputStream unzipped = new GunzipStream(name, joined(magic, stored));
      return text(name, unzipped.readNBytes(2), unzipped, true);
    }
    return text(name, magic, stored, false);
  }

  /** A content as UTF-8 if it is in UTF-16, else unchanged. */
  private static Content text(String name, byte[] mark, InputStream rest, boolean unzipped) {
    return Utf16Stream.hasMark(mark)
        ? new Content(new Utf16Stream(name, rest, Utf16Stream.charset(mark)), true, true)
        : new Content(joined(mark, rest), unzipped, false);
  }

  private static InputStream joined(byte[] head, InputStream rest) {
    return new SequenceInputStream(new ByteArrayInputStream(head), rest);
  }
}
