package io.centroid.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineValuesTest {

  @Test
  void onlyValuesThatChangeAreRewritten() {
    String line =
        "{ \"text\":\"a\\u0041 b\" , \"n\":1.50e2,\"keep\" : \"\\u00e9\\/\",\"deep\":{\"list\":[\"b\",{\"k b\":\"b\"}]},"
            + "\"z\":null}";
    List<String> seen = new ArrayList<>();
    String replaced =
        JsonLine.replaceValues(
            "f",
            line,
            name -> false,
            (name, secret, text) -> {
              seen.add(name + "=" + text);
              return text.replace("b", "\"é\\\n");
            });
    assertThat(seen).containsExactly("text=aA b", "keep=é/", "list=b", "k b=b");
    assertThat(replaced)
        .isEqualTo(
            "{ \"text\":\"aA \\\"é\\\\\\n\" , \"n\":1.50e2,\"keep\" : \"\\u00e9\\/\",\"deep\":{\"list\":[\"\\\"é\\\\\\n\","
                + "{\"k b\":\"\\\"é\\\\\\n\"}]},\"z\":null}");
  }

  @Test
  void aLineLongerThanTheParsersBufferKeepsItsPlaces() {
    String filler = "x".repeat(70_000);
    String line = "{\"a\":\"" + filler + "\",\"b\":\"secret\",\"c\":\"" + filler + "\"}";
    String replaced =
        JsonLine.replaceValues(
            "f", line, name -> false, (name, secret, text) -> text.equals("secret") ? "😀" : text);
    assertThat(replaced.equals(line.replace("secret", "😀"))).isTrue();
    assertThat(
            JsonLine.replaceValues(
                    "f", line, name -> false, (name, secret, text) -> text.toUpperCase(Locale.ROOT))
                .equals(line.replace("secret", "SECRET").replace('x', 'X')))
        .isTrue();
  }

  @Test
  void wholeNumbersThatChangeBecomeStrings() {
    assertThat(
            JsonLine.replaceValues(
                "f",
                "{\"card\": 4111111111111111 ,\"n\":[-7,42],\"x\":4.2,\"y\":42,\"ssn\":457555462.0}",
                name -> false,
                (name, secret, text) -> text.equals("42") || text.length() > 9 ? "*" : text))
        .isEqualTo("{\"card\": \"*\" ,\"n\":[-7,\"*\"],\"x\":4.2,\"y\":\"*\",\"ssn\":\"*\"}");
  }

  @Test
  void whatIsInASecretFieldIsSecretAtAnyDepth() {
    List<String> seen = new ArrayList<>();
    JsonLine.replaceValues(
        "f",
        "{\"s\":[\"a\",{\"u\":\"b\",\"l\":[[1e5]]},-2.5,true],\"x\":[{\"s\":0.5},\"c\",0.5],\"y\":\"d\"}",
        "s"::equals,
        (name, secret, text) -> {
          seen.add(name + (secret ? "!" : "=") + text);
          return text;
        });
    assertThat(seen).containsExactly("s!a", "u!b", "l!1e5", "s!-2.5", "s!0.5", "x=c", "y=d");
  }

  @Test
  void aFieldThatIsThereTwiceIsReportedByItsPlace() {
    assertThatThrownBy(
            () ->
                JsonLine.replaceValues(
                    "f: line 7",
                    "{\"Ann\":\"a\", \"Ann\":\"b\"}",
                    name -> false,
                    (name, secret, text) -> text))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "f: line 7: expected a JSON object, found a field twice, the second at character ")
        .hasMessageNotContaining("Ann");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"Ann",
        "{\"a\":\"Ann\"",
        "[\"Ann\"]",
        "{\"a\":\"Ann\"} \"Ann\"",
        "{\"a\":Ann}"
      })
  void damagedLinesAreNotQuoted(String line) {
    assertThatThrownBy(
            () ->
                JsonLine.replaceValues(
                    "f: line 7", line, name -> false, (name, secret, text) -> text))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("f: line 7: expected ")
        .hasMessageNotContaining("Ann")
        .hasNoCause();
  }
}
