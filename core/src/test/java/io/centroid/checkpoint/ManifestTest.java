package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.storage.StoredFile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ManifestTest {
  private static final String SHA = "0123456789abcdef".repeat(4);

  static Manifest manifest() {
    return new Manifest(
        Snapshots.at(470, Map.of("validation.accuracy", 0.9375, "validation.loss", 0.25)),
        3,
        Instant.parse("2026-03-01T12:00:00Z"),
        Map.of(
            Manifest.PARAMETERS_FILE, new StoredFile(120, SHA),
            Manifest.STATE_FILE, new StoredFile(96, SHA)));
  }

  @Test
  void survivesItsJsonForm() {
    Manifest manifest = manifest();
    Manifest read = Manifest.parse("m", manifest.toJson());
    assertThat(read.toJson()).isEqualTo(manifest.toJson());
    assertThat(read.files()).isEqualTo(manifest.files());
    assertThat(read.layout()).isEqualTo(manifest.layout());
    assertThat(read.metrics()).isEqualTo(manifest.metrics());
    assertThat(read.snapshot().versions()).isEqualTo(manifest.snapshot().versions());
    assertThat(read.snapshot().training().get("innerStep").longValue()).isEqualTo(470);
    assertThat(read.step()).isEqualTo(470);
    assertThat(read.epoch()).isEqualTo(4);
    assertThat(read.writtenAt()).isEqualTo(manifest.writtenAt());
  }

  @Test
  void toleratesKeysOfLaterVersions() {
    String json = json().replaceFirst("\\{", "{\"later\" : [1, {}],");
    assertThat(Manifest.parse("m", json.getBytes(StandardCharsets.UTF_8)).step()).isEqualTo(470);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "format" : 1                      | "format" : 2             | key format: expected 1, found 2
          "format" : 1                      | "format" : "1"           | key format: expected an integer, found the string "1"
          "format" : 1,                     | `                        ` | key format is missing
          "step" : 470                      | "step" : -1              | step must be >= 0: -1
          "step" : 470                      | "step" : 1e3             | key step: expected an integer
          "step" : 470                      | "step" : 99999999999999999999 | key step: expected an integer
          "step" : 470                      | "step" : null            | key step: expected an integer, found null
          "round" : 47                      | "round" : 4.5            | key round: expected an integer, found 4.5
          "seed" : 42,                      | `                        ` | key seed is missing
          "stepInEpoch" : 70                | "stepInEpoch" : {}       | key position.stepInEpoch: expected an integer, found an object
          "stepInEpoch" : 70                | "stepInEpoch" : -7       | key position.stepInEpoch: expected 0 or more, found -7
          "cafe"                            | ""                       | configurationHash is empty
          "cafe"                            | 51966                    | key configurationHash: expected a string, found 51966
          "2026-03-01T12:00:00Z"            | "yesterday"              | key writtenAt: expected an ISO-8601 instant, found the string "yesterday"
          "parameters.safetensors"          | "../parameters"          | not the plain name of a file in this folder: "../parameters"
          "parameters.safetensors"          | "a/b"                    | not the plain name of a file in this folder: "a/b"
          "parameters.safetensors"          | "/etc/passwd"            | not the plain name of a file in this folder: "/etc/passwd"
          "parameters.safetensors"          | ".."                     | not the plain name of a file in this folder: ".."
          "parameters.safetensors"          | ""                       | not the plain name of a file in this folder: ""
          "parameters.safetensors"          | "C:\\\\x"                | not the plain name of a file in this folder: "C:\\x"
          "parameters.safetensors"          | "hdfs:x"                 | not the plain name of a file in this folder: "hdfs:x"
          "parameters.safetensors"          | "manifest.json"          | not the plain name of a file in this folder: "manifest.json"
          "parameters.safetensors"          | "other.safetensors"      | files: parameters.safetensors is missing
          "state.safetensors"               | "parameters.safetensors" | Duplicate field 'parameters.safetensors'
          "bytes" : 120                     | "bytes" : -120           | key files.parameters.safetensors.bytes: expected 0 or more, found -120
          "bytes" : 120                     | "bytes" : "120"          | key files.parameters.safetensors.bytes: expected an integer
          "sha256" : "0123                  | "sha256" : "X123         | safetensors.sha256: expected 64 lower-case hex digits, found the string "X
          "sha256" : "0123                  | "sha256" : "             | safetensors.sha256: expected 64 lower-case hex digits, found the string "
          "validation.accuracy" : 0.9375    | "validation.accuracy" : 1e999 | key metrics.validation.accuracy: expected a finite number
          "validation.accuracy" : 0.9375    | "validation.accuracy" : NaN   | is not the expected JSON at line
          "validation.accuracy" : 0.9375    | "validation.accuracy" : "NaN" | key metrics.validation.accuracy: expected a finite number
          "java" : "17"                     | "java" : 17              | key versions.java: expected a string, found 17
          "role" : "bias"                   | "rule" : "bias"          | key layout[1].role is missing
          "name" : "0.b"                    | "name" : "0.W"           | layout: two tensors have the same name
          "shape" : [ 1 ]                   | "shape" : [ -1 ]         | key layout[1]: negative size in the shape of "0.b"
          "shape" : [ 1 ]                   | "shape" : [ 4611686018427387904, 4 ] | key layout[1]: shape of "0.b" overflows
          "shape" : [ 1 ]                   | "shape" : [ "1" ]        | key layout[1].shape[0]: expected an integer, found the string "1"
          "shape" : [ 1 ]                   | "shape" : 1              | key layout[1].shape: expected an array, found 1
          "model" : {                       | "model" : [], "m" : {    | key model: expected an object, found an array
          """)
  void rejects(String part, String replacement, String message) {
    assertThat(json()).contains(part);
    assertRejected(json().replace(part, replacement), message);
  }

  @Test
  void rejectsAnythingButAJsonObject() {
    assertRejected("", "expected an object, found nothing");
    assertRejected("[]", "expected an object, found an array");
    assertRejected(json() + "{}", "is not the expected JSON at line");
    assertRejected(json().substring(0, 100), "is not the expected JSON at line");
    assertRejected("{\"a\":".repeat(1000), "is not the expected JSON");
    assertThatThrownBy(() -> Manifest.parse("m", new byte[] {'{', '"', (byte) 0xe9, '"', '}'}))
        .isInstanceOf(InputException.class)
        .hasMessage("m: is not UTF-8");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"round\" : ', '\"round\" : 1'",
    "'\"stepInEpoch\" : ', '\"stepInEpoch\" : 1'",
    "'0.9375', '0.9376'",
    "'\"sha256OfThisFile\" : \"', '\"sha256OfThisFile\" : \"0'"
  })
  void rejectsAChecksumMismatch(String from, String to) {
    String sealed = new String(manifest().toJson(), StandardCharsets.UTF_8);
    assertThat(sealed).contains(from);
    assertRejected(sealed.replace(from, to), "");
  }

  @Test
  void readsAManifestWithoutAChecksum() {
    assertThat(Manifest.parse("m", json().getBytes(StandardCharsets.UTF_8)).toJson())
        .isEqualTo(manifest().toJson());
  }

  private static String json() {
    return unsealed(new String(manifest().toJson(), StandardCharsets.UTF_8));
  }

  static String unsealed(String manifest) {
    return manifest.replaceFirst(",\\s*\"sha256OfThisFile\" : \"[0-9a-f]{64}\"", "");
  }

  private static void assertRejected(String json, String message) {
    assertThatThrownBy(() -> Manifest.parse("m", json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("m: ")
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }
}
