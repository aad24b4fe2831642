package io.centroid.redact;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.redact.detect.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubstituteTest {
  private final Pseudonyms pseudonyms =
      new Pseudonyms("a key of at least 16 bytes".getBytes(StandardCharsets.UTF_8), List.of("US"));

  @ParameterizedTest
  @CsvSource({
    "q7Xb-2mZk9-Lw4TrV8nP5cHs3, '', [a-z]\\d[A-Z][a-z]-\\d[a-z][A-Z][a-z]\\d-.{14}",
    "k3_Vn82QpLx5RtYw7ZmDc, '', [a-z]\\d_.{18}",
    "sk-proj7Q2m-x9Kd4Lw8ZrTb5VnYc3Hf6, sk-, sk-.{30}",
    "github_pat_11ABCDEFG0aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789, github_pat_, github_pat_.{46}",
    "AKIAQ7XB2MZK9LW4TRV8, AKIA, AKIA.{16}"
  })
  void aKeyKeepsNothingButItsKnownPrefix(String key, String prefix, String format) {
    String made = pseudonyms.substitute(Kind.API_KEY, key);
    assertThat(made).matches(format).hasSameSizeAs(key);
    int same = 0;
    for (int i = prefix.length(); i < key.length(); i++) {
      boolean isSecret = Character.isLetterOrDigit(key.charAt(i));
      same += isSecret && key.charAt(i) == made.charAt(i) ? 1 : 0;
    }
    // One letter in 26 and one digit in 10 are equal by chance.
    assertThat(same).as(made).isLessThan(6);
    assertThat(made.substring(prefix.length(), prefix.length() + 4))
        .isNotEqualTo(key.substring(prefix.length(), prefix.length() + 4));
  }
}
