package io.centroid.io.decoding;

import io.centroid.io.HadoopFiles;
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
 * @param fileLength stored length of the file in bytes
 */
public record FileHead(byte[] bytes, boolean isDecoded, long fileLength) {

  public static FileHead read(HadoopFiles files, String name, int count) {
    Path path = files.path(name);
    long length = files.status(path).getLen();
    try (InputStream stored = files.open(path)) {
      Content content = decode(name, stored);
      try (InputStream stream = content.stream()) {
        return new FileHead(stream.readNBytes(count), content.isDecoded(), length);
      }
    } catch (IOException e) {
      throw HadoopFiles.failure(path, e);
    }
  }

  /** The content of a file from its beginning. */
  public record Content(InputStream stream, boolean isDecoded) {}

  /** Decodes a stored file from its beginning, by its first bytes. */
  public static Content decode(String name, InputStream stored) throws IOException {
    byte[] magic = stored.readNBytes(2);
    if (GunzipStream.isGzip(magic)) {
      InputStream unzipped = new GunzipStream(name, joined(magic, stored));
      return new Content(text(name, unzipped.readNBytes(2), unzipped), true);
    }
    return new Content(text(name, magic, stored), Utf16Stream.hasMark(magic));
  }

  /** A content as UTF-8 if it is in UTF-16, else unchanged. */
  private static InputStream text(String name, byte[] mark, InputStream rest) {
    return Utf16Stream.hasMark(mark)
        ? new Utf16Stream(name, rest, Utf16Stream.charset(mark))
        : joined(mark, rest);
  }

  private static InputStream joined(byte[] head, InputStream rest) {
    return new SequenceInputStream(new ByteArrayInputStream(head), rest);
  }
}
