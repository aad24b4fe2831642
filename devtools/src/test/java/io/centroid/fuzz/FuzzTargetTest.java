package io.centroid.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parsers that violate the contract. */
final class FuzzTargetTest {
  private static final byte[] SEED = Inputs.utf8("count: 12");
  private static final byte[] OTHER = Inputs.utf8("count: -1");

  private static FuzzTarget target(FuzzTarget.Parser parser) {
    return new FuzzTarget(1 << 16, 100, parser, () -> List.of(SEED));
  }

  @Test
  void acceptsValidInputsAndOneLineMessages() {
    FuzzTarget target =
        target(
            input -> {
              if (input[7] == '-') {
                throw new InputException("file: line 1: expected a number, found none");
              }
            });
    assertThatCode(() -> target.check(SEED)).doesNotThrowAnyException();
    assertThatCode(() -> target.check(OTHER)).doesNotThrowAnyException();
  }

  @Test
  void anyOtherExceptionFails() {
    FuzzTarget target =
        target(
            input -> {
              throw new IOException("no name");
            });
    assertThatThrownBy(() -> target.check(OTHER)).isInstanceOf(IOException.class);
  }

  @Test
  void memoryAllocatedByADeclaredSizeFails() {
    byte[][] kept = new byte[1][];
    FuzzTarget target = target(input -> kept[0] = new byte[input[7] == '-' ? 1 << 17 : 1 << 10]);
    assertThatCode(() -> target.check(SEED)).doesNotThrowAnyException();
    assertThatThrownBy(() -> target.check(OTHER))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("allocated for an input of 9, expected at most 66,436");
  }

  @Test
  void classLoadingDoesNotCount() {
    byte[][] kept = new byte[1][];
    FuzzTarget target =
        target(input -> kept[0] = kept[0] == null ? new byte[1 << 17] : new byte[1]);
    assertThatCode(() -> target.check(OTHER)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "\u001b[31m", "a\u2028b"})
  void aMessageOfSeveralLinesFails(String message) {
    assertThatThrownBy(() -> FuzzTarget.requireOneLine(new IOException(message)))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> FuzzTarget.requireOneLine(new IOException("x".repeat(700))))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aRejectedFirstSeedFails() {
    FuzzTarget target =
        target(
            input -> {
              throw new InputException("file: empty");
            });
    assertThatCode(() -> target.check(OTHER)).doesNotThrowAnyException();
    assertThatThrownBy(() -> target.check(SEED)).hasMessageContaining("the first seed is rejected");
  }

  @Test
  void anyInputCanBeSplit() {
    byte[][] parts = {{}, {0, 0, 1, (byte) 0xFF}, Inputs.utf8("\0--part")};
    assertThat(Inputs.split(Inputs.join(parts))).containsExactly(parts);
    assertThat(Inputs.split(new byte[0])).hasSize(1);
  }
}
