package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunResultTest {

  @Test
  void whatWasWrittenIsReadBack() throws IOException {
    byte[] json = "{\"step\": 3, \"parametersSha256\": \"ab\"}".getBytes(StandardCharsets.UTF_8);
    RunResult read = RunResult.parse(json).orElseThrow();
    assertThat(read.step()).isEqualTo(3);
    assertThat(RunResult.parse(read.toJson().toString().getBytes(StandardCharsets.UTF_8)))
        .hasValueSatisfying(again -> assertThat(again.toJson()).isEqualTo(read.toJson()));
  }

  /** The third begins as UTF-32 does, which the parser would try to read. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"step\": 3", "\u00ff{}", "\0\0\0{\0hr", "["})
  void aDamagedFileIsNone(String latin) throws IOException {
    assertThat(RunResult.parse(latin.getBytes(StandardCharsets.ISO_8859_1))).isEmpty();
  }
}
