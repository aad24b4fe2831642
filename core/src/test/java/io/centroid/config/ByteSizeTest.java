package io.centroid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteSizeTest {
  @Test
  void hasAUnit() {
    assertThat(ByteSize.parse("--size", "64MiB", 1)).isEqualTo(64 << 20);
    assertThat(ByteSize.parse("--size", "5k", 1)).isEqualTo(5 << 10);
    assertThat(ByteSize.parse("--size", "1.5 kB", 1)).isEqualTo(1500);
    assertThat(ByteSize.parse("--size", "7", 7)).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "1e999999999, 'a number of bytes without an exponent, such as 1GiB'",
    "1e999999999MiB, 'a number of bytes without an exponent, such as 1GiB'",
    "large, 'a number of bytes, such as 1GiB'",
    "1x, 'a number of bytes, such as 1GiB'",
    "99999999999GiB, 'a number of bytes, such as 1GiB'",
    "6, at least 7 bytes",
    "-1k, 'a number of bytes, such as 1GiB'",
  })
  @Timeout(10)
  void othersAreRefused(String size, String must) {
    assertThatThrownBy(() -> ByteSize.parse("--size", size, 7))
        .isInstanceOf(InputException.class)
        .hasMessage("--size must be " + must + ": " + size);
  }
}
