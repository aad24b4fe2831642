package io.centroid.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Damage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputExceptionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"a\nb", " a \r\n\t b ", "a\u001b[2Jb", "a\u2028b", "a\u0085b", "a\u0000b"})
  void messagesAreOneLine(String message) {
    assertThat(new InputException(message).getMessage()).startsWith("a").endsWith("b");
    assertThat(new InputException(message)).hasMessageMatching(Damage.ONE_LINE);
  }

  @ParameterizedTest
  @ValueSource(ints = {600, 700, 5000, 1_000_000})
  void longMessagesAreTruncated(int length) {
    InputException long1 = new InputException("x".repeat(length), new IllegalStateException());
    assertThat(long1).hasMessageMatching(Damage.ONE_LINE);
    assertThat(new InputException(" \n".repeat(length) + "x").getMessage()).hasSizeLessThan(700);
  }
}
