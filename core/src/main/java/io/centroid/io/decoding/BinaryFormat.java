package io.centroid.io.decoding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Formats that are no UTF-8 text, recognized by the first bytes of a file. */
public enum BinaryFormat {
  PARQUET("a Parquet file", "write its text column as JSON Lines", "PAR1"),
  ORC("an ORC file", "write its text column as JSON Lines", "ORC"),
  AVRO("an Avro file", "write its text field as JSON Lines", "Obj\u0001"),
  ARROW("an Arrow file", "write its text column as JSON Lines", "ARROW1\0\0"),
  OFFICE_ZIP("an Office document", "save it as text", 30, ascii("[Content_Types].xml")),
  ZIP("a zip archive", "unpack it", "PK\u0003\u0004"),
  TAR("a tar archive", "unpack it", 257, hex("7573746172")),
  SEVEN_ZIP("a 7z archive", "unpack it", 0, hex("377abcaf271c")),
  ZSTD("compressed with zstd", "decompress it (zstd -d), or use gzip", 0, hex("28b52ffd")),
  BZIP2("compressed with bzip2", "decompress it, or use gzip", 4, hex("314159265359")),
  XZ("compressed with xz", "decompress it, or use gzip", 0, hex("fd377a585a00")),
  LZ4("compressed with lz4", "decompress it, or use gzip", 0, hex("04224d18")),
  COMPRESS("compressed with compress", "decompress it, or use gzip", 0, hex("1f9d")),
  GZIP("compressed with gzip twice", "decompress it once", 0, hex("1f8b08")),
  PDF("a PDF file", "convert it to text", "%PDF-"),
  OFFICE("an Office document", "save it as text", 0, hex("d0cf11e0a1b11ae1")),
  SQLITE("an SQLite database", "write its text column as JSON Lines", "SQLite format 3\0"),
  HDF5("an HDF5 file", "write its texts as JSON Lines", 0, hex("894844460d0a1a0a")),
  NUMPY("a NumPy file", "write its texts as JSON Lines", 0, hex("934e554d5059"));

  private static final String UTF_16 = "convert it: iconv -f %s -t UTF-8";

  /** Bytes that are inspected for UTF-16 without a byte-order mark. */
  private static final int INSPECTED = 4096;

  private final String found;
  private final String advice;
  private final int offset;
  private final byte[] magic;

  BinaryFormat(String found, String advice, String magic) {
    this(found, advice, 0, ascii(magic));
  }

  BinaryFormat(String found, String advice, int offset, byte[] magic) {
    this.found = found;
    this.advice = advice;
    this.offset = offset;
    this.magic = magic;
  }

  /**
   * What a file is instead of text, and what to do.
   *
   * @param head first decoded bytes of the file
   */
  public static Optional<String> describe(byte[] head) {
    return Arrays.stream(values())
        .filter(format -> format.begins(head))
        .findFirst()
        .map(format -> format.found + ", expected text in UTF-8; " + format.advice)
        .or(() -> utf16(head));
  }

  /**
   * What a file is instead of a table or another file of numbers, such as a page that says that a
   * download failed. Text in another encoding is not found.
   *
   * @param head first decoded bytes of the file
   */
  public static Optional<String> describeNoTable(byte[] head) {
    return Arrays.stream(values())
        .filter(format -> format.begins(head))
        .findFirst()
        .map(format -> format.found)
        .or(() -> page(head));
  }

  private static Optional<String> page(byte[] head) {
    int count = Math.min(head.length, INSPECTED);
    String text =
        new String(head, 0, count, StandardCharsets.UTF_8)
            .replace("\uFEFF", "")
            .stripLeading()
            .toLowerCase(Locale.ROOT);
    if (text.startsWith("<!doctype") || text.startsWith("<html")) {
      return Optional.of("an HTML page");
    }
    return text.startsWith("<?xml") ? Optional.of("an XML document") : Optional.empty();
  }

  private boolean begins(byte[] head) {
    int end = offset + magic.length;
    return head.length >= end
        && Arrays.equals(head, offset, end, magic, 0, magic.length)
        // A text may begin with these letters, but has no control characters.
        && ((this != PARQUET && this != ORC) || !isText(head))
        && (this != BZIP2 || head[0] == 'B');
  }

  /** UTF-16 without a byte-order mark: every other byte of most characters is NUL. */
  private static Optional<String> utf16(byte[] head) {
    int[] zeros = new int[2];
    int count = Math.min(head.length, INSPECTED) / 2 * 2;
    for (int i = 0; i < count; i++) {
      zeros[i % 2] += head[i] == 0 ? 1 : 0;
    }
    int most = Math.max(zeros[0], zeros[1]);
    if (count < 4 || most <= count / 4 || Math.min(zeros[0], zeros[1]) > most / 8) {
      return Optional.empty();
    }
    String name = zeros[1] > zeros[0] ? "UTF-16LE" : "UTF-16BE";
    return Optional.of(
        "text in " + name + ", expected UTF-8; " + String.format(Locale.ROOT, UTF_16, name));
  }

  private static boolean isText(byte[] head) {
    for (byte one : head) {
      boolean control = one >= 0 && one < ' ';
      if (control && one != '\t' && one != '\n' && one != '\r' && one != '\f') {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
