package io.centroid.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import org.junit.jupiter.api.Test;

class MemorySourceTest {
  @Test
  void rowsWithoutValuesOrOfOtherLengthsAreRefused() {
    refused("data: example 0 has no values", new float[0], new float[0]);
    refused("data: example 1 has no values", new float[] {1}, new float[0]);
    refused(
        "data: example 1 has a length other than the first", new float[] {1}, new float[] {1, 2});
    refused(
        "data: example 1 has a value that is not finite", new float[] {1}, new float[] {Float.NaN});
  }

  private static void refused(String message, float[]... rows) {
    assertThatThrownBy(() -> new MemorySource(rows, new float[rows.length]))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }
}
