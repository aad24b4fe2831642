package io.centroid.redact.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.redact.table.ColumnRule.Bin;
import io.centroid.redact.table.ColumnRule.Date;
import io.centroid.redact.table.ColumnRule.DatePart;
import io.centroid.redact.table.ColumnRule.Drop;
import io.centroid.redact.table.ColumnRule.Hash;
import io.centroid.redact.table.ColumnRule.Keep;
import io.centroid.redact.table.ColumnRule.Prefix;
import io.centroid.redact.table.ColumnRule.Redact;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablePolicyTest {

  @Test
  void everyRuleIsRead() {
    TablePolicy policy =
        TablePolicy.parse(
            "p.conf",
            """
            default = mask
            columns {
              name = drop, "e.mail" = hash, note = redact, diagnosis = keep
              age { generalize { bin = 10 } }
              born { generalize { date = month } }
              postcode.generalize.prefix = 3
            }
            anonymity { quasi-identifiers = [age, postcode], k = 5, sensitive = diagnosis, l = 2 }
            """);
    assertThat(policy.columns())
        .isEqualTo(
            Map.of(
                "name", new Drop(),
                "e.mail", new Hash(),
                "note", new Redact(),
                "diagnosis", new Keep(),
                "age", new Bin(BigDecimal.TEN),
                "born", new Date(DatePart.MONTH),
                "postcode", new Prefix(3)));
    assertThat(policy.anonymity())
        .isEqualTo(new Anonymity(List.of("age", "postcode"), 5, "diagnosis", 2));
    assertThat(policy.hashes()).isTrue();
    assertThat(policy.rule("unlisted")).isEqualTo(new Redact());
    assertThat(policy.isEmpty()).isFalse();
    assertThat(TablePolicy.parse("p.conf", "default = mask").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "columns { a = erase } | columns.a must be drop, keep, redact, hash or",
        "columns { a { bin = 10 } } | columns.a must be a name or { generalize",
        "columns { a { generalize { bin = 0 } } } | a.generalize.bin must be a number from",
        "columns { a { generalize { bin = 5, prefix = 2 } } } | with one of bin, date, prefix",
        "columns { a { generalize { date = day } } } | must be month or year: day",
        "columns { a { generalize { prefix = 1.5 } } } | must be a whole number from 1 to",
        "columns { a { generalize { digits = 2 } } } | must be bin, date or prefix: digits",
        "columns = 7 | p.conf: ",
        "columns { a = drop }, anonymity { quasi-identifiers = [a], k = 2 } | column a is dropped",
        "anonymity { k = 5 } | anonymity needs quasi-identifiers",
        "anonymity { quasi-identifiers = [a] } | anonymity needs k",
        "anonymity { quasi-identifiers = [], k = 2 } | quasi-identifiers must name columns",
        "anonymity { quasi-identifiers = [a], k = 0 } | anonymity.k must be a whole number from 1",
        "anonymity { quasi-identifiers = [a], k = 2, l = 2 } | sensitive and l must be given",
        "anonymity { quasi-identifiers = [a], k = 2, sensitive = \"\", l = 2 } | must name a column",
        "anonymity { quasi-identifiers = [a], k = 2, sensitive = a, l = 2 } | a is both",
        "columns { a = ${PATH} } | p.conf: ",
        "anonymity { quasi-identifiers = [a], k = 2, m = 2 } | anonymity.m: no such key"
      })
  void mistakesAreNamed(String policy, String expected) {
    assertThatThrownBy(() -> TablePolicy.parse("p.conf", policy))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("p.conf")
        .hasMessageContaining(expected);
  }
}
