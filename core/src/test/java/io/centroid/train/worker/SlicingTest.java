package io.centroid.train.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.averaging.codec.Codec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlicingTest {

  /** Up to the longest array. */
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 1",
    "4096, 3",
    "4097, 2",
    "50000000, 48",
    "50000000, 1000000",
    "536870912, 1",
    "600000000, 2",
    "2147479552, 1",
    "2147483639, 1",
    "2147483639, 7",
    "2147483639, 2048",
    "2147483647, 1",
    "2147483647, 3",
    "2147483647, 2147483647"
  })
  void slicesCoverTheVectorAndTheirPayloadsFitArrays(int parameters, int slices) {
    Slicing slicing = Slicing.of(parameters, slices);
    int end = 0;
    for (int slice = 0; slice < slicing.count(); slice++) {
      assertThat(slicing.from(slice)).isEqualTo(end);
      assertThat(slicing.from(slice) % Codec.BLOCK).isZero();
      end = slicing.to(slice);
      int length = end - slicing.from(slice);
      assertThat(length).isPositive();
      for (Codec.Name codec : Codec.Name.values()) {
        assertThat(Codec.of(codec, 1).size(length)).isPositive();
      }
    }
    assertThat(end).isEqualTo(parameters);
    if (parameters <= Slicing.MAX_LENGTH) {
      assertThat(slicing.count()).isLessThanOrEqualTo(slices);
    }
  }
}
