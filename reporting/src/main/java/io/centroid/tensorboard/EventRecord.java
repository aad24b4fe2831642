package io.centroid.tensorboard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Framing of event files, which is that of TFRecord files: the length of the data (uint64,
 * little-endian), its masked CRC-32C, the data, and their masked CRC-32C. A masked sum is rotated
 * right by 15 bits, plus a constant, so that sums of data that contain sums stay good sums; see
 * {@code record_writer.h} of TensorFlow.
 */
final class EventRecord {
  /** Bytes before the data. */
  static final int HEADER = Long.BYTES + Integer.BYTES;

  /** Bytes after the data. */
  static final int FOOTER = Integer.BYTES;

  private static final int MASK = 0xa282ead8;

  private EventRecord() {}

  /** The record of some data. */
  static byte[] of(byte[] data) {
    ByteBuffer record =
        ByteBuffer.allocate(HEADER + data.length + FOOTER).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(sum(record.array(), 0, Long.BYTES));
    record.put(data);
    record.putInt(sum(data, 0, data.length));
    return record.array();
  }

  /** The masked CRC-32C of a part of an array. */
  static int sum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }
}
