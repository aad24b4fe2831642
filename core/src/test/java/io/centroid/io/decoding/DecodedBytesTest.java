package io.centroid.io.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DecodedBytesTest {

  @ParameterizedTest
  @CsvSource({
    "0, 9223372036854775807, 0",
    "3145729, 9223372036854775807, 3145729",
    "3145729, 9223372036854775806, 3145729",
    "3145728, 3145728, 3145728",
    "3145728, 3145727, 3145728",
    "3145728, 2097152, 2097153",
    "3145728, 0, 1",
  })
  void readsToTheEndOrOneByteBeyondTheLimit(int length, long most, long read) throws IOException {
    var stream = new ByteArrayInputStream(new byte[length]);
    assertThat(DecodedBytes.readUpTo(stream, most).length()).isEqualTo(read);
  }
}
