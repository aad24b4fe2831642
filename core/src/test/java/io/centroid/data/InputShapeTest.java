package io.centroid.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputShapeTest {
  @ParameterizedTest
  @CsvSource({
    "2097152, 2097152, 2097152",
    "2147483647, 2147483647, 2147483647",
    "65536, 65536, 4",
    "1, 46341, 46341",
    "1, 2, 2147483647",
    "0, 1, 1",
    "1, 1, -1"
  })
  void anExampleHasAtMostAsManyValuesAsAnArray(int channels, int height, int width) {
    assertThatThrownBy(() -> new InputShape(channels, height, width))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("an example must have between 1 and 2147483647 values: ");
  }

  @Test
  void theLargestShapeIsAccepted() {
    assertThat(new InputShape(1, 1, Integer.MAX_VALUE).size()).isEqualTo(Integer.MAX_VALUE);
    assertThat(new InputShape(46341, 46340, 1).size()).isEqualTo(2_147_441_940);
  }
}
