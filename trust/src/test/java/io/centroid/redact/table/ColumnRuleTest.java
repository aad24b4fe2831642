package io.centroid.redact.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.redact.table.ColumnRule.Bin;
import io.centroid.redact.table.ColumnRule.Date;
import io.centroid.redact.table.ColumnRule.DatePart;
import io.centroid.redact.table.ColumnRule.Prefix;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnRuleTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10   | 41        | [40, 50)",
        "10   | 40        | [40, 50)",
        "10   | 49.999    | [40, 50)",
        "10   | 0         | [0, 10)",
        "10   | -1        | [-10, 0)",
        "10   | -10       | [-10, 0)",
        "10   | ' 7 '     | [0, 10)",
        "0.5  | 1.74      | [1.5, 2)",
        "1000 | +123456.7 | [123000, 124000)"
      })
  void numbersBecomeTheirBin(BigDecimal width, String cell, String expected) {
    assertThat(new Bin(width).generalize(cell)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"forty", "1e9", "4,5", "1234567890123456789012345678901", "NaN"})
  void otherCellsAreNoNumbersAndAreNotQuoted(String cell) {
    assertThatThrownBy(() -> new Bin(BigDecimal.TEN).generalize(cell))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected a number")
        .hasMessageNotContaining(cell);
  }

  @ParameterizedTest
  @CsvSource({
    "1980-05-23, 1980-05, 1980",
    "1980/5/3, 1980-05, 1980",
    "23.05.1980, 1980-05, 1980",
    "1980年5月23日, 1980-05, 1980",
    "2024-02-29T13:37:00Z, 2024-02, 2024",
    "2024-02-29 13:37, 2024-02, 2024"
  })
  void datesBecomeTheirMonthOrYear(String cell, String month, String year) {
    assertThat(new Date(DatePart.MONTH).generalize(cell)).isEqualTo(month);
    assertThat(new Date(DatePart.YEAR).generalize(cell)).isEqualTo(year);
  }

  @ParameterizedTest
  @ValueSource(strings = {"05/23/1980", "2023-02-29", "1980-13-01", "May 1980", "19800523"})
  void ambiguousAndImpossibleDatesAreRefusedUnquoted(String cell) {
    assertThatThrownBy(() -> new Date(DatePart.YEAR).generalize(cell))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected a date")
        .hasMessageNotContaining(cell)
        .hasNoCause();
  }

  @Test
  void postalCodesBecomeTheirPrefix() {
    assertThat(new Prefix(3).generalize("SW1A 1AA")).isEqualTo("SW1*");
    assertThat(new Prefix(3).generalize("SW1")).isEqualTo("SW1");
    assertThat(new Prefix(2).generalize("100 080")).isEqualTo("10*");
    assertThat(new Prefix(2).generalize("😀😀😀")).isEqualTo("😀😀*");
  }
}
