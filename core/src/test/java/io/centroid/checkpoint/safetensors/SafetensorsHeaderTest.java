package io.centroid.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafetensorsHeaderTest {
  private static final byte[] NO_DATA = {};

  @Test
  void acceptsValidHeaders() throws IOException {
    String json =
        """
        {"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]},
         "__metadata__":{"format":"pt"},
         "none":{"dtype":"F32","shape":[0,9],"data_offsets":[8,8]},
         "a":{"data_offsets":[0,8],"dtype":"F32","shape":[1,2]}}   \
        """;
    SafetensorsHeader header = read(SafetensorsBytes.file(json, new byte[11]));
    assertThat(header.tensors()).extracting(TensorInfo::name).containsExactly("a", "none", "b");
    assertThat(header.tensors().get(0))
        .isEqualTo(new TensorInfo("a", DType.F32, List.of(1L, 2L), 0, 8));
    assertThat(header.metadata()).isEqualTo(Map.of("format", "pt"));
    assertThat(read(SafetensorsBytes.file("{}", NO_DATA)).tensors()).isEmpty();
    assertThat(
            read(SafetensorsBytes.file(
                    "{\"s\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}", new byte[8]))
                .tensors()
                .get(0)
                .elements())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"t":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}               | dtype: expected a known type such as F32, found "F31"
          {"t":{"dtype":4,"shape":[2],"data_offsets":[0,8]}}                   | dtype: expected a string
          {"t":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}               | expected 12 bytes, found 8 bytes
          {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}               | expected 8 bytes, found 4 bytes
          {"t":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}               | begin <= end
          {"t":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}              | begin <= end <= 8
          {"t":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}              | no negative number, found -8
          {"t":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}              | no negative number, found -2
          {"t":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}           | no negative number, found -1
          {"t":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}} | shape overflows
          {"t":{"dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,8]}}   | shape overflows
          {"t":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}  | number is out of range
          {"t":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}             | shape: expected integers, found 2.0
          {"t":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}                 | shape: expected an array of integers
          {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}             | data_offsets: expected two numbers, found 3
          {"t":{"dtype":"F32","shape":[2],"data_offsets":[0]}}                 | data_offsets: expected two numbers, found 1
          {"t":{"dtype":"F32","shape":[2]}}                                    | expected key data_offsets, found none
          {"t":{"shape":[2],"data_offsets":[0,8]}}                             | expected key dtype, found none
          {"t":{"dtype":"F32","data_offsets":[0,8]}}                           | expected key shape, found none
          {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}         | expected keys dtype, shape and data_offsets, found "x"
          {"t":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}} | Duplicate field 'dtype'
          {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"t":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}} | Duplicate field 't'
          {"__metadata__":{"a":"b","a":"c"}}                                   | Duplicate field 'a'
          {"__metadata__":{"a":1}}                                             | __metadata__ key "a": expected a string
          {"__metadata__":[]}                                                  | __metadata__: expected an object of strings
          {"t":[]}                                                             | tensor "t": expected an object, found an array
          {"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}               | expected data offset 0 (no overlap, no gap), found 4
          {"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}               | expected 8 bytes after the header, found 4 described
          {}                                                                   | expected 8 bytes after the header, found 0 described
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"I16","shape":[1],"data_offsets":[6,8]}} | expected data offset 4 (no overlap, no gap), found 6
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | expected data offset 8 (no overlap, no gap), found 4
          {"t":{"dtype":[[[[[[[[[[]]]]]]]]]]}}                                 | dtype: expected a string, found an array
          {"t":{"dtype":"F32","shape":[[[[[[[[[2]]]]]]]]],"data_offsets":[0,8]}} | shape: expected integers, found an array
          {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}{}             | after the safetensors header
          {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}                | not the expected JSON
          {t:1}                                                                | not the expected JSON
          {"t":NaN}                                                            | not the expected JSON
          """)
  void rejectsInvalidHeaders(String json, String message) {
    assertRejected(SafetensorsBytes.file(json, new byte[8]), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {" {}", "\t{}", "[]", "null", "\"t\"", "7"})
  void rejectsAHeaderWithoutABrace(String json) {
    assertRejected(SafetensorsBytes.file(json, NO_DATA), "byte 8: expected '{'");
  }

  @Test
  void rejectsLengthsBeyondTheFile() {
    byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
    assertRejected(SafetensorsBytes.file(3, header, NO_DATA), "expected at most 2");
    assertRejected(SafetensorsBytes.file(Long.MAX_VALUE, header, NO_DATA), "9223372036854775807");
    assertRejected(SafetensorsBytes.file(-1, header, NO_DATA), "found 18446744073709551615");
    assertRejected(SafetensorsBytes.file(0, header, NO_DATA), "found nothing");
    assertRejected(new byte[7], "expected at least 8 bytes, found 7 bytes");
    assertRejected(new byte[0], "found 0 bytes");
    byte[] prefix = SafetensorsBytes.file(100_000_001, NO_DATA, NO_DATA);
    assertThatThrownBy(() -> SafetensorsHeader.jsonBytes("f", prefix, 1L << 40))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected at most 100000000");
  }

  /** A length of 640 begins with 80 02 like a pickle, and 35,615 with 1F 8B like gzip. */
  @ParameterizedTest
  @ValueSource(ints = {0x280, 0x380, 0x480, 0x580, 0x8B1F, 0x4B50})
  void aLengthMayEqualAnotherFormatsSignature(int length) throws IOException {
    String json = "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    byte[] file =
        SafetensorsBytes.file(json + " ".repeat(length - json.length()), new byte[] {0, 0, 0, 64});
    try (SafetensorsReader reader = new SafetensorsReader(SafetensorsBytes.source(file))) {
      assertThat(reader.readFloats("t")).containsExactly(2f);
    }
  }

  @Test
  void rejectsInvalidUtf8() {
    byte[] latin = "{\"\u00e9\":1}".getBytes(StandardCharsets.ISO_8859_1);
    assertRejected(SafetensorsBytes.file(latin.length, latin, NO_DATA), "not UTF-8");
    byte[] wide = "{}".getBytes(StandardCharsets.UTF_16LE);
    assertRejected(SafetensorsBytes.file(wide.length, wide, NO_DATA), "not the expected JSON");
  }

  @Test
  void shortensHostileNamesToOneLine() {
    String name = "a\\n\\u001b[31m\\u2028" + "x".repeat(100_000);
    assertRejected(SafetensorsBytes.file("{\"" + name + "\":1}", NO_DATA), "tensor \"a??[31m?xxx");
  }

  private static SafetensorsHeader read(byte[] file) throws IOException {
    try (SafetensorsReader reader = new SafetensorsReader(SafetensorsBytes.source(file))) {
      return reader.header();
    }
  }

  private static void assertRejected(byte[] file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("model.safetensors: ")
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(700));
  }
}
