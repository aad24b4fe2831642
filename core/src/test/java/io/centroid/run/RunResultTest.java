package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.InputException;
import io.centroid.SealedJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunResultTest {
  private static final byte[] JSON =
      "{\"step\": 3, \"parametersSha256\": \"ab\"}".getBytes(StandardCharsets.UTF_8);

  @Test
  void whatWasWrittenIsReadBack() {
    RunResult read = RunResult.parse("result.json", JSON);
    assertThat(read.step()).isEqualTo(3);
    assertThat(RunResult.parse("result.json", SealedJson.write(read.toJson())).toJson())
        .isEqualTo(read.toJson());
  }

  @Test
  void aChangedNumberIsNoticed() {
    byte[] sealed = SealedJson.write(RunResult.parse("result.json", JSON).toJson());
    String changed =
        new String(sealed, StandardCharsets.UTF_8).replace("\"step\" : 3", "\"step\" : 4");
    assertThatThrownBy(
            () -> RunResult.parse("result.json", changed.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("result.json: was changed after it was written: SHA-256: expected");
  }

  /** The third begins as UTF-32 does, which the parser would try to read. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"step\": 3", "\u00ff{}", "\0\0\0{\0hr", "["})
  void aDamagedFileIsRefused(String latin) {
    assertThatThrownBy(
            () -> RunResult.parse("result.json", latin.getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("result.json: ");
  }
}
