package io.centroid.tensorboard;

import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import io.centroid.error.InputException;
import io.centroid.tensorboard.EventProto.Event;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads an event file record by record and verifies each, in memory of the size of a record.
 * TensorBoard itself ignores a damaged record and all after it without a message.
 */
public final class EventFileReader implements Closeable {
  /** Maximum length of a record's data in bytes; larger ones are not written. */
  static final int MOST_BYTES = 64 << 20;

  private final String file;
  private final InputStream in;
  private long offset;

  /**
   * Creates a reader, which closes the stream.
   *
   * @param file name of the file, for messages
   */
  public EventFileReader(String file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  /** Offset of the next record in bytes. */
  public long offset() {
    return offset;
  }

  /**
   * Reads the next record.
   *
   * @return empty at the end of the file
   * @throws InputException if the record is truncated or damaged, with its offset
   */
  public Optional<Event> next() throws IOException {
    byte[] header = in.readNBytes(EventRecord.HEADER);
    if (header.length == 0) {
      return Optional.empty();
    }
    requireComplete("header", EventRecord.HEADER, header.length);
    ByteBuffer numbers = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    long length = numbers.getLong();
    requireSum("length", EventRecord.sum(header, 0, Long.BYTES), numbers.getInt());
    if (length < 0 || length > MOST_BYTES) {
      throw damaged("a length of at most " + MOST_BYTES + " bytes", Long.toString(length));
    }
    byte[] data = in.readNBytes((int) length);
    requireComplete("data", (int) length, data.length);
    byte[] footer = in.readNBytes(EventRecord.FOOTER);
    requireComplete("checksum", EventRecord.FOOTER, footer.length);
    requireSum(
        "data",
        EventRecord.sum(data, 0, data.length),
        ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN).getInt());
    Event event = parse(data);
    offset += EventRecord.HEADER + length + EventRecord.FOOTER;
    return Optional.of(event);
  }

  private Event parse(byte[] data) {
    try {
      return Event.parseFrom(data, ExtensionRegistryLite.getEmptyRegistry());
    } catch (InvalidProtocolBufferException e) {
      throw new InputException(place() + "expected an event, found other data", e);
    }
  }

  private void requireComplete(String part, int expected, int found) {
    if (found < expected) {
      throw damaged(expected + " bytes of the " + part, found + ": it is truncated");
    }
  }

  private void requireSum(String part, int computed, int found) {
    if (computed != found) {
      throw damaged(
          "the masked CRC-32C " + hex(computed) + " of the " + part,
          hex(found) + ": it is damaged");
    }
  }

  private InputException damaged(String expected, String found) {
    return new InputException(place() + "expected " + expected + ", found " + found);
  }

  private String place() {
    return file + ", record at offset " + offset + ": ";
  }

  private static String hex(int sum) {
    return String.format(Locale.ROOT, "%08x", sum);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
