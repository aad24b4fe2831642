package io.centroid.redact.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {
  /** Streams return as many bytes as they like. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 1000})
  void theDelimiterIsThatOfTheWholeHeader(int atOnce) {
    String text = "\nuser;password;city\nanna;plain,word;Rome\n";
    try (CsvTable table = new CsvTable("t.csv", few(text, atOnce))) {
      assertThat(table.delimiter()).isEqualTo(';');
      assertThat(table.header()).containsExactly("user", "password", "city");
      assertThat(table.next()).containsExactly("anna", "plain,word", "Rome");
      assertThat(table.next()).isNull();
    }
  }

  private static InputStream few(String text, int atOnce) {
    return new ByteArrayInputStream(text.getBytes(UTF_8)) {
      @Override
      public int read(byte[] into, int offset, int count) {
        return super.read(into, offset, Math.min(count, atOnce));
      }
    };
  }
}
