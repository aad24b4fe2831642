package io.centroid.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.centroid.Damage;
import io.centroid.error.InputException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The attacks that Hugging Face lists for its format (github.com/huggingface/safetensors: {@code
 * attacks/README.md}, "Format" and "Benefits" of {@code README.md}, the errors that {@code
 * tensor.rs} tests), and attacks reported on other readers. Each is rejected with a one-line error.
 * {@link SafetensorsHeaderTest} tests each field of the header.
 */
final class SafetensorsAttacksTest {
  private static final byte[] NO_DATA = {};

  // attacks/README.md

  @Test
  void proposal1HeaderLengthBeyondTheFile() {
    byte[] header = bytes("{}");
    assertRejected(SafetensorsBytes.file(1000, header, NO_DATA), "header length at byte 0");
    assertRejected(SafetensorsBytes.file(1L << 32, header, NO_DATA), "found 4294967296");
    assertRejected(SafetensorsBytes.file(-1, header, NO_DATA), "found 18446744073709551615");
  }

  @Test
  void proposal2HeaderOverAHundredMegabytes() {
    byte[] prefix = SafetensorsBytes.file(100_000_001, NO_DATA, NO_DATA);
    assertThatThrownBy(() -> SafetensorsHeader.jsonBytes("f", prefix, 1L << 40))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected at most 100000000");
  }

  @Test
  void proposal2MemoryIsProportionalToTheHeader() throws IOException {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 100_000; i++) {
      json.append(i == 0 ? "" : ",")
          .append("\"t")
          .append(i)
          .append("\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    byte[] file = SafetensorsBytes.file(json.append('}').toString(), NO_DATA);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    assertThat(read(file).tensors()).hasSize(100_000);
    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(60L * file.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[-8,0]",
        "[-1,7]",
        "[0,-8]",
        "[8,16]",
        "[9223372036854775800,9223372036854775807]"
      })
  void proposal3OffsetsNegativeOrOutsideTheFile(String offsets) {
    assertRejected(tensors(8, "\"t\":" + tensor("F32", "[2]", offsets)), "data_offsets: expected");
  }

  @Test
  void proposal4ManyTensorsOnTheSameBytes() {
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      json.append(i == 0 ? "" : ",")
          .append("\"t" + i + "\":")
          .append(tensor("F32", "[2]", "[0,8]"));
    }
    assertRejected(
        tensors(8, json.toString()), "expected data offset 8 (no overlap, no gap), found 0");
  }

  @Test
  void proposal4PartiallyOverlappingTensors() {
    assertRejected(
        tensors(
            12,
            "\"a\":" + tensor("F32", "[2]", "[0,8]") + ",\"b\":" + tensor("F32", "[2]", "[4,12]")),
        "no overlap, no gap");
  }

  @Test
  void proposal5DataSizeOtherThanShapeTimesType() {
    assertRejected(
        tensors(8, "\"t\":" + tensor("F32", "[1000000]", "[0,8]")),
        "expected 4000000 bytes, found 8 bytes");
    assertRejected(
        tensors(8, "\"t\":" + tensor("F64", "[2]", "[0,8]")), "expected 16 bytes, found 8 bytes");
  }

  @Test
  void proposal6FileTruncatedWhileOpen(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.safetensors");
    String json = "{\"t\":" + tensor("F32", "[2]", "[0,8]") + "}";
    json += " ".repeat(-json.length() & 7); // only aligned floats are mapped
    Files.write(file, SafetensorsBytes.file(json, new byte[8]));
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() - 4);
      }
      assertOneLine(() -> reader.map("t"), "ends before byte");
      assertOneLine(() -> reader.readFloats("t"), "ends before byte");
    }
  }

  @Test
  void proposal7DeeplyNestedJsonOrHugeNumbers() {
    assertRejected(tensors(0, "\"t\":" + "[".repeat(100_000)), "tensor \"t\": expected an object");
    assertRejected(
        tensors(0, "\"t\":{\"shape\":" + "[".repeat(100_000)), "expected integers, found an array");
    assertRejected(
        tensors(0, "\"t\":" + tensor("F32", "[1" + "0".repeat(100_000) + "]", "[0,0]")),
        "not the expected JSON");
  }

  @Test
  void proposal7NamesWithCollidingHashes() throws IOException {
    // "Aa" and "BB" have the same hash in Java, and so do all words built from them.
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < 1 << 12; i++) {
      json.append(i == 0 ? "\"" : ",\"");
      for (int bit = 0; bit < 12; bit++) {
        json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      json.append("\":").append(tensor("U8", "[0]", "[0,0]"));
    }
    assertThat(read(tensors(0, json.toString())).tensors()).hasSize(1 << 12);
  }

  // README.md, "Format"

  @ParameterizedTest
  @ValueSource(strings = {" {}", "\n{}", "[]", "PK\u0003\u0004", "\uFEFF{}"})
  void headerMustBeginWithABrace(String json) {
    assertRejected(SafetensorsBytes.file(json, NO_DATA), "byte 8: expected '{'");
  }

  @Test
  void headerMayEndWithSpaces() throws IOException {
    assertThat(read(SafetensorsBytes.file("{}      ", NO_DATA)).tensors()).isEmpty();
  }

  @Test
  void duplicateNames() {
    String twice = "\"t\":" + tensor("F32", "[2]", "[0,8]");
    assertRejected(tensors(8, twice + "," + twice), "Duplicate field 't'");
    assertRejected(
        tensors(0, "\"__metadata__\":{},\"__metadata__\":{}"), "Duplicate field '__metadata__'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1}", "{\"a\":null}", "{\"a\":{\"b\":\"c\"}}", "[]", "\"text\""})
  void metadataMustBeAMapOfStrings(String metadata) {
    assertRejected(tensors(0, "\"__metadata__\":" + metadata), "__metadata__");
  }

  @Test
  void readsEmptyTensorsAndScalars() throws IOException {
    SafetensorsHeader header =
        read(
            tensors(
                4,
                "\"none\":"
                    + tensor("F32", "[0,9223372036854775807]", "[0,0]")
                    + ",\"scalar\":"
                    + tensor("F32", "[]", "[0,4]")));
    assertThat(header.tensors()).extracting(TensorInfo::elements).containsExactly(0L, 1L);
  }

  @Test
  void undescribedBytesAsInAPolyglotFile() {
    String first = "\"a\":" + tensor("F32", "[1]", "[0,4]");
    assertRejected(tensors(8, first), "expected 8 bytes after the header, found 4 described");
    assertRejected(
        tensors(12, first + ",\"b\":" + tensor("F32", "[1]", "[8,12]")), "expected data offset 4");
    assertRejected(tensors(8, "\"a\":" + tensor("F32", "[1]", "[4,8]")), "expected data offset 0");
    assertRejected(tensors(1, ""), "found 0 described");
  }

  @Test
  void secondJsonValueInTheHeader() {
    assertRejected(SafetensorsBytes.file("{}{}", NO_DATA), "after the safetensors header");
    assertRejected(SafetensorsBytes.file("{}\0\0\0\0", NO_DATA), "not the expected JSON");
  }

  // tensor.rs

  @Test
  void headerTooSmall() {
    assertRejected(NO_DATA, "found 0 bytes");
    assertRejected(new byte[7], "expected at least 8 bytes");
    assertRejected(SafetensorsBytes.file(0, NO_DATA, NO_DATA), "found nothing");
  }

  @Test
  void headerNotUtf8() {
    byte[] header = {'{', '"', (byte) 0xFF, '"', ':', '1', '}'};
    assertRejected(SafetensorsBytes.file(header.length, header, NO_DATA), "not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[2,4611686018427387904]",
        "[4294967296,4294967296]",
        "[4194305,4194305,211106198978564]",
        "[18446744073709551616]"
      })
  void overflowingShapes(String shape) {
    assertRejected(
        tensors(16, "\"t\":" + tensor("F32", shape, "[0,16]")),
        shape.length() == 22 && !shape.contains(",") ? "out of range" : "overflows");
  }

  @Test
  void dataEndsBeforeTheTensor() {
    byte[] whole = tensors(8, "\"t\":" + tensor("F32", "[2]", "[0,8]"));
    assertRejected(java.util.Arrays.copyOf(whole, whole.length - 1), "begin <= end <= 7");
  }

  // reported for other readers

  @Test
  void emptyTensorInsideAnother() {
    assertRejected(
        tensors(
            8,
            "\"a\":" + tensor("F32", "[2]", "[0,8]") + ",\"z\":" + tensor("F32", "[0]", "[4,4]")),
        "expected data offset 8 (no overlap, no gap), found 4");
  }

  @Test
  void namesWithTerminalEscapes() {
    String name = "\\u001b[2J\\r\\n" + "x".repeat(10_000);
    assertRejected(tensors(0, "\"" + name + "\":1"), "tensor \"?[2J??xxx");
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}".formatted(dtype, shape, offsets);
  }

  private static byte[] tensors(int dataBytes, String described) {
    return SafetensorsBytes.file("{" + described + "}", new byte[dataBytes]);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static SafetensorsHeader read(byte[] file) throws IOException {
    try (SafetensorsReader reader = new SafetensorsReader(SafetensorsBytes.source(file))) {
      return reader.header();
    }
  }

  private static void assertRejected(byte[] file, String message) {
    assertOneLine(() -> read(file), message);
  }

  private static void assertOneLine(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable reading, String message) {
    assertThatThrownBy(reading)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("model.safetensors: ")
        .hasMessageContaining(message)
        .hasMessageMatching(Damage.ONE_LINE);
  }
}
