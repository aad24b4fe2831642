package io.centroid.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Encodes an image of 8 bits per channel as PNG (ISO/IEC 15948). The JDK's ImageIO takes a tenth of
 * a second for its first image, which is more than the whole report of a run takes.
 */
public final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final byte GRAY = 0;
  private static final byte RGB = 2;

  private Png() {}

  /**
   * Encodes an image.
   *
   * @param channels 1 for gray, or 3 for red, green, blue; of another number only the first is used
   * @param pixels pixels, channel by channel, row-major
   */
  public static byte[] encode(int channels, int height, int width, byte[] pixels) {
    int shown = channels == 3 ? 3 : 1;
    byte[] rows = new byte[height * (1 + width * shown)];
    int at = 0;
    for (int y = 0; y < height; y++) {
      at++; // filter type of the row: none
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < shown; channel++) {
          rows[at++] = pixels[(channel * height + y) * width + x];
        }
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) 8).put(shown == 3 ? RGB : GRAY);
    chunk(out, "IHDR", header.array());
    chunk(out, "IDAT", deflate(rows));
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(name);
    sum.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(name);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }

  private static byte[] deflate(byte[] content) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(content);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] piece = new byte[1 << 13];
      while (!deflater.finished()) {
        out.write(piece, 0, deflater.deflate(piece));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }
}
