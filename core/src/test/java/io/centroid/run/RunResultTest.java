package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import io.centroid.memory.PeakMemory;
import io.centroid.run.metrics.RunResult;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunResultTest {
  private static final byte[] JSON =
      """
      {"runDir": "r", "step": 3, "rounds": 1, "epochs": 1, "examples": 5, "examplesPerSecond": 1.5,
       "localSteps": 10, "computeShare": 0.5, "bytesUp": 1, "bytesDown": 2,
       "parametersSha256": "ab", "validation": {"accuracy": 1, "loss": 0.5}, "test": {},
       "peakMemory": {"driver": {"heap": 1, "native": 2},
                      "workers": {"heap": 3, "native": 4, "resident": 9}}}
      """
          .getBytes(StandardCharsets.UTF_8);

  @Test
  void aResultIsReadBack() {
    RunResult read = RunResult.parse("result.json", JSON);
    assertThat(read.step()).isEqualTo(3);
    assertThat(read.bestStep()).isNull();
    assertThat(read.wallSeconds()).isNull();
    assertThat(read.memory().workers()).isEqualTo(new PeakMemory(3, 4, 9));
    assertThat(
            RunResult.parse("result.json", ChecksummedJson.UNVERSIONED.write(read.toJson()))
                .toJson())
        .isEqualTo(read.toJson());
  }

  @Test
  void aChangedNumberIsDetected() {
    byte[] sealed =
        ChecksummedJson.UNVERSIONED.write(RunResult.parse("result.json", JSON).toJson());
    String changed =
        new String(sealed, StandardCharsets.UTF_8).replace("\"step\" : 3", "\"step\" : 4");
    assertThatThrownBy(
            () -> RunResult.parse("result.json", changed.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("result.json: was changed after it was written: SHA-256: expected");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"step\": 3,|``|key step is missing",
        "\"step\": 3|\"step\": \"3\"|key step: expected an integer, found the string \"3\"",
        "\"step\": 3|\"step\": 3, \"stop\": 3|key stop is unknown",
        "\"native\": 4|\"native\": null|key peakMemory.workers.native: expected an integer, found"
            + " null"
      })
  void aResultOfAnotherFormIsRejected(String from, String to, String message) {
    String changed = new String(JSON, StandardCharsets.UTF_8).replace(from, to);
    assertThatThrownBy(
            () -> RunResult.parse("result.json", changed.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InputException.class)
        .hasMessage("result.json: " + message);
  }

  /** The third begins like UTF-32, which the parser would try to read. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"step\": 3", "\u00ff{}", "\0\0\0{\0hr", "["})
  void aDamagedFileIsRejected(String latin) {
    assertThatThrownBy(
            () -> RunResult.parse("result.json", latin.getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("result.json: ");
  }
}
