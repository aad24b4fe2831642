package io.centroid.io.decoding;

import io.centroid.io.HadoopFiles;
import io.centroid.io.Utf8;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.hadoop.fs.Path;

/**
 * The first bytes of a file, decoded if its content (not its name) is gzip or text in another
 * encoding, which is read as UTF-8: UTF-16 with a byte-order mark, or what the user names.
 *
 * @param bytes first decoded bytes; fewer than requested only if the file ends
 * @param isDecoded true if the file is compressed or not in UTF-8
 * @param isMarked true if the text begins with a byte-order mark; known from three bytes on
 * @param fileLength stored length of the file in bytes
 */
public record FileHead(byte[] bytes, boolean isDecoded, boolean isMarked, long fileLength) {

  /** Reads a file whose encoding is that of its byte-order mark, or UTF-8. */
  public static FileHead read(HadoopFiles files, String name, int count) {
    return read(files, name, count, StandardCharsets.UTF_8, Damage.REJECTED);
  }

  /**
   * Reads a file.
   *
   * @param unmarked encoding of a text without a byte-order mark
   * @param damage handler of bytes that are not in an encoding other than UTF-8
   */
  public static FileHead read(
      HadoopFiles files, String name, int count, Charset unmarked, Damage damage) {
    Path path = files.path(name);
    long length = files.status(path).getLen();
    try (InputStream stored = files.open(path)) {
      Content content = decode(name, stored, unmarked, damage);
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
    return decode(name, stored, StandardCharsets.UTF_8, Damage.REJECTED);
  }

  /**
   * Decodes a stored file from its beginning, by its first bytes.
   *
   * @param unmarked encoding of a text without a byte-order mark
   * @param damage handler of bytes that are not in an encoding other than UTF-8
   */
  public static Content decode(String name, InputStream stored, Charset unmarked, Damage damage)
      throws IOException {
    byte[] magic = stored.readNBytes(Utf8.MARK_LENGTH);
    if (GunzipStream.isGzip(magic)) {
      InputStream unzipped = new GunzipStream(name, joined(magic, stored));
      return text(name, unzipped.readNBytes(Utf8.MARK_LENGTH), unzipped, true, unmarked, damage);
    }
    return text(name, magic, stored, false, unmarked, damage);
  }

  /** A content as UTF-8 if it is in another encoding, else unchanged. */
  private static Content text(
      String name,
      byte[] head,
      InputStream rest,
      boolean unzipped,
      Charset unmarked,
      Damage damage) {
    boolean little = startsWith(head, 0xFF, 0xFE);
    if (little || startsWith(head, 0xFE, 0xFF)) {
      byte[] first = Arrays.copyOfRange(head, 2, head.length);
      Charset charset = little ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
      return new Content(
          new TranscodedStream(
              name, joined(first, rest), 2, charset, "the byte-order mark", damage),
          true,
          true);
    }
    boolean isUtf8 = unmarked.equals(StandardCharsets.UTF_8) || Utf8.hasMark(head, 0, head.length);
    return isUtf8
        ? new Content(joined(head, rest), unzipped, false)
        : new Content(
            new TranscodedStream(name, joined(head, rest), 0, unmarked, "--encoding", damage),
            true,
            false);
  }

  private static boolean startsWith(byte[] head, int first, int second) {
    return head.length >= 2 && (head[0] & 0xFF) == first && (head[1] & 0xFF) == second;
  }

  private static InputStream joined(byte[] head, InputStream rest) {
    return new SequenceInputStream(new ByteArrayInputStream(head), rest);
  }
}
