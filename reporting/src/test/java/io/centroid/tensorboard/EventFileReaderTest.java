package io.centroid.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.tensorboard.EventProto.Event;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class EventFileReaderTest {
  /** The expected sums are from a bitwise CRC-32C; that of 123456789 is e3069283. */
  @Test
  void framesDataWithMaskedSums() {
    byte[] record = EventRecord.of("123456789".getBytes(StandardCharsets.US_ASCII));
    assertThat(HexFormat.of().formatHex(record))
        .isEqualTo("0900000000000000" + "37f97139" + "313233343536373839" + "e5b08ac7");
  }

  @Test
  void readsWhatWasWritten() throws IOException {
    byte[] file = file(3);
    try (EventFileReader reader = reader(file)) {
      for (int step = 0; step < 3; step++) {
        assertThat(reader.next().orElseThrow()).isEqualTo(event(step));
      }
      assertThat(reader.next()).isEmpty();
      assertThat(reader.offset()).isEqualTo(file.length);
    }
  }

  /** TensorBoard is silent about each of these. */
  @Test
  void everyDamagedByteIsReportedWithTheOffsetOfItsRecord() throws IOException {
    byte[] file = file(3);
    int record = file.length / 3;
    for (int at = 0; at < file.length; at++) {
      byte[] damaged = file.clone();
      damaged[at] ^= 0x10;
      assertThatThrownBy(() -> readAll(damaged))
          .as("byte %d", at)
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("f, record at offset " + at / record * record + ": expected ")
          .hasMessageContaining("it is damaged");
    }
  }

  @Test
  void aTruncatedRecordIsReported() throws IOException {
    byte[] file = file(2);
    int record = file.length / 2;
    for (int length = record + 1; length < file.length; length++) {
      byte[] truncated = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> readAll(truncated))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("f, record at offset " + record + ": expected ")
          .hasMessageEndingWith("it is truncated");
    }
  }

  @Test
  void aLengthIsNotAllocatedBeforeItsBytesAreThere() {
    byte[] header = Arrays.copyOf(EventRecord.of(new byte[0]), EventRecord.HEADER);
    header[4] = 1;
    int sum = EventRecord.sum(header, 0, Long.BYTES);
    for (int i = 0; i < Integer.BYTES; i++) {
      header[Long.BYTES + i] = (byte) (sum >> 8 * i);
    }
    assertThatThrownBy(() -> readAll(header))
        .hasMessageContaining("a length of at most 67108864 bytes, found 4294967296");
  }

  private static Event event(int step) {
    return Event.newBuilder().setWallTime(1 + step).setStep(1000 + step).build();
  }

  private static byte[] file(int records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int step = 0; step < records; step++) {
      out.writeBytes(EventRecord.of(event(step).toByteArray()));
    }
    return out.toByteArray();
  }

  private static EventFileReader reader(byte[] file) {
    return new EventFileReader("f", new ByteArrayInputStream(file));
  }

  private static void readAll(byte[] file) throws IOException {
    try (EventFileReader reader = reader(file)) {
      while (reader.next().isPresent()) {}
    }
  }
}
