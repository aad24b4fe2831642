package io.centroid.redact.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableRedactorTest {
  private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);

  private static final TablePolicy POLICY =
      new TablePolicy(
          Map.of(
              "name", new ColumnRule.Drop(),
              "mail", new ColumnRule.Hash(),
              "age", new ColumnRule.Bin(BigDecimal.TEN),
              "kind", new ColumnRule.Keep()),
          null);

  private final TableRedactor redactor =
      new TableRedactor(
          POLICY,
          KEY,
          List.of("name", "mail", "age", "kind", "note"),
          (column, text) ->
              text.contains("drop")
                  ? Optional.empty()
                  : Optional.of(text.replace("Ann", "[NAME]")));

  @Test
  void eachColumnFollowsItsRule() {
    assertThat(redactor.header()).containsExactly("mail", "age", "kind", "note");
    // HMAC-SHA-256 of "a@b.c" under the key, its first 16 bytes, as from openssl dgst -sha256 -hmac
    assertThat(redactor.row(List.of("Ann", "a@b.c", "41", "Ann", "Ann said")))
        .hasValue(List.of("c8b9adc27ca0fc812e2cca09aab792e3", "[40, 50)", "Ann", "[NAME] said"));
    assertThat(redactor.row(List.of("", "", "", "", ""))).hasValue(List.of("", "", "", ""));
  }

  @Test
  void aCellThatIsDroppedDropsItsRow() {
    assertThat(redactor.row(List.of("Ann", "a@b.c", "41", "x", "drop this"))).isEmpty();
    assertThat(redactor.row(List.of("drop", "a@b.c", "41", "drop", "x"))).isPresent();
  }

  @Test
  void aCellThatIsNotANumberIsAnErrorThatNamesTheColumnOnly() {
    assertThatThrownBy(() -> redactor.row(List.of("Ann", "a@b.c", "forty-one", "x", "x")))
        .isInstanceOf(InputException.class)
        .hasMessage("column 'age': expected a number such as 41 or 41.5");
  }

  @Test
  void tablesAreReadAndWrittenAsTheyAre() {
    String csv = "a;\"b;1\";c\n1;\"two \"\"2\"\"\";\n\n;\"line\nbreak\";3\n";
    StringBuilder written = new StringBuilder();
    try (CsvTable table = table("t.csv", csv)) {
      assertThat(table.delimiter()).isEqualTo(';');
      assertThat(table.header()).containsExactly("a", "b;1", "c");
      written.append(CsvTable.line(';', table.header(), table.headerQuotes()));
      List<List<String>> rows = new ArrayList<>();
      List<String> row = table.next();
      while (row != null) {
        rows.add(row);
        written.append(CsvTable.line(';', row, table.quotes()));
        row = table.next();
      }
      assertThat(rows)
          .containsExactly(List.of("1", "two \"2\"", ""), List.of("", "line\nbreak", "3"));
    }
    assertThat(written).hasToString(csv.replace("\n\n", "\n"));
  }

  @Test
  void newDelimitersInACellAreQuoted() {
    assertThat(CsvTable.line(',', List.of("[40, 50)", "x"), List.of(false, false)))
        .isEqualTo("\"[40, 50)\",x\n");
    assertThat(CsvTable.line(',', List.of(""), List.of(false))).isEqualTo("\"\"\n");
  }

  @Test
  void damagedTablesAreErrorsWithoutTheirCells() {
    try (CsvTable table = table("t.csv", "a,b\nAnn Smith,1\nAnn Smith\n")) {
      table.next();
      assertThatThrownBy(table::next)
          .isInstanceOf(InputException.class)
          .hasMessage("t.csv: line 3: 1 fields, expected 2 as in line 1");
    }
    assertThatThrownBy(() -> table("t.csv", "7,Ann Smith,Ann Smith\n"))
        .isInstanceOf(InputException.class)
        .hasMessage("t.csv: line 1: columns 2 and 3 have the same name in the header");
    assertThatThrownBy(() -> table("t.csv", ""))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the file is empty");
  }

  private static CsvTable table(String path, String csv) {
    return new CsvTable(path, new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)));
  }
}
