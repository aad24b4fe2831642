package io.centroid.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Compressed data, undone and made again so that what is inside can be damaged. */
public final class Gzip {
  private Gzip() {}

  static boolean is(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == 0x1F && bytes[1] == (byte) 0x8B;
  }

  public static byte[] compress(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The content, if the data is whole and holds no more than {@code most} bytes. */
  static Optional<byte[]> decompress(byte[] compressed, int most) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      byte[] content = in.readNBytes(most + 1);
      return content.length > most ? Optional.empty() : Optional.of(content);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
