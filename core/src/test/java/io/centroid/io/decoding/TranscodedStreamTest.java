package io.centroid.io.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TranscodedStreamTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "\u00fcnd"})
  void theEndMayBeReadAgain(String text) throws IOException {
    byte[] stored = text.getBytes(StandardCharsets.UTF_16LE);
    try (InputStream stream =
        new TranscodedStream(
            "a",
            new ByteArrayInputStream(stored),
            0,
            StandardCharsets.UTF_16LE,
            "the test",
            Damage.REJECTED)) {
      assertThat(stream.readAllBytes()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
      assertThat(stream.read()).isEqualTo(-1);
      assertThat(stream.read(new byte[4], 0, 4)).isEqualTo(-1);
    }
  }
}
