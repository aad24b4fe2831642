package io.centroid.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.redact.detect.Detection.Span;
import io.centroid.redact.detect.Kind;
import io.centroid.redact.detect.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
  private static final byte[] KEY = "a key of at least 16 bytes".getBytes(StandardCharsets.UTF_8);

  @Test
  void masksByKind() {
    Redacted redacted =
        Redactor.of(Policy.masking())
            .redact("Mail anna@example.com or call +1 415-555-2671; card 4111 1111 1111 1111.");
    assertThat(redacted.text()).contains("Mail [EMAIL] or call [PHONE]; card [CARD].");
    assertThat(redacted.counts()).isEqualTo(Map.of(Kind.EMAIL, 1, Kind.PHONE, 1, Kind.CARD, 1));
  }

  @Test
  void pseudonymsAreTheSameForAllWaysToWriteAValueAndDifferByKey() {
    Redactor redactor = Redactor.of(policy(Action.PSEUDONYM), KEY);
    Stream<String> written =
        Stream.of("+1 415-555-2671", "(415) 555-2671", "415-555-2671", "+14155552671");
    List<String> pseudonyms =
        written
            .map(phone -> redactor.redact("Call " + phone).text().orElseThrow())
            .distinct()
            .toList();
    assertThat(pseudonyms).hasSize(1);
    assertThat(pseudonyms.get(0)).matches("Call \\[PHONE:[0-9a-f]{8}\\]");
    assertThat(redactor.redact("Call 415-555-2672").text())
        .isNotEqualTo(java.util.Optional.of(pseudonyms.get(0)));
    byte[] other = "another key of enough bytes".getBytes(StandardCharsets.UTF_8);
    assertThat(Redactor.of(policy(Action.PSEUDONYM), other).redact("Call 415-555-2671").text())
        .isNotEqualTo(java.util.Optional.of(pseudonyms.get(0)));
    assertThat(redactor.redact("Bennett, Laura").text())
        .isEqualTo(redactor.redact("Laura Bennett").text())
        .isEqualTo(redactor.redact("LAURA BENNETT").text());
    assertThat(redactor.redact("anna%40example.com").text())
        .isEqualTo(redactor.redact("anna@example.com").text());
    assertThat(redactor.redact("Anna@Example.com").text())
        .isEqualTo(redactor.redact("anna@example.COM").text());
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"PRIVATE_KEY", "BIRTH_DATE", "NAME", "ADDRESS"})
  void aSubstituteIsAnotherValidValueOfTheKind(Kind kind) {
    Redactor redactor = Redactor.of(policy(Action.SUBSTITUTE), KEY);
    MadeUpValues values = new MadeUpValues(new Random(7));
    String before = kind == Kind.PHONE ? "call " : "see ";
    for (int i = 0; i < 200; i++) {
      String value = values.of(kind, false);
      String substitute = redactor.redact(before + value).text().orElseThrow();
      assertThat(substitute).startsWith(before).isNotEqualTo(before + value);
      assertThat(redactor.redact(before + value).text()).contains(substitute);
      assertThat(redactor.find(substitute))
          .as("%s for %s", substitute, value)
          .containsExactly(new Span(kind, before.length(), substitute.length()));
    }
  }

  @Test
  void aSubstituteIsNeverTheValueItself() {
    Redactor redactor = Redactor.of(policy(Action.SUBSTITUTE), KEY);
    for (String surname : Names.COMMON.surnames()) {
      String text =
          "Mr. " + surname.substring(0, 1).toUpperCase(Locale.ROOT) + surname.substring(1);
      assertThat(redactor.redact(text).text().orElseThrow())
          .startsWith("Mr. ")
          .isNotEqualToIgnoringCase(text);
    }
    assertThat(redactor.redact("https://u:p@ss@db.example.com/x").text().orElseThrow())
        .matches("https://[a-z]{6}:[a-z]{8}@db.example.com");
    assertThat(redactor.redact("https://u:pa/ss@db.example.com/x").text().orElseThrow())
        .matches("https://[a-z]{6}:[a-z]{8}@db.example.com");
  }

  @Test
  void aSubstituteOfADateKeepsItsNumerals() {
    Redactor redactor = Redactor.of(policy(Action.SUBSTITUTE), KEY);
    assertThat(redactor.redact("生于一九九〇年七月八日").text().orElseThrow())
        .matches("生于一九[四五六七八九][〇一二三四五六七八九]年[一二三四五六七八九]月[一二三四五六七八九]日")
        .isNotEqualTo("生于一九九〇年七月八日");
  }

  @Test
  void pseudonymsDoNotLinkKindsAndDoNotDependOnTheFormOfDigits() {
    Pseudonyms pseudonyms = new Pseudonyms(KEY, List.of("US"));
    assertThat(Stream.of(Kind.values()).map(kind -> hash(pseudonyms.pseudonym(kind, "1234567890"))))
        .doesNotHaveDuplicates();
    String card = pseudonyms.pseudonym(Kind.CARD, "4111 1111 1111 1111");
    assertThat(pseudonyms.pseudonym(Kind.CARD, "４１１１\u00a0１１１１-１１１１１１１１")).isEqualTo(card);
    assertThat(pseudonyms.pseudonym(Kind.CARD, "４０１２ ８８８８ ８８８８ １８８１")).isNotEqualTo(card);
  }

  private static String hash(String pseudonym) {
    return pseudonym.substring(pseudonym.indexOf(':'));
  }

  @Test
  void aSubstituteOfAnIdentifierKeepsItsFormat() {
    Redactor redactor = Redactor.of(policy(Action.SUBSTITUTE), KEY);
    assertThat(redactor.redact("4111 1111 1111 1111").text().orElseThrow())
        .matches("4111 \\d{4} \\d{4} \\d{4}");
    assertThat(redactor.redact("DE89 3704 0044 0532 0130 00").text().orElseThrow())
        .matches("DE\\d\\d \\d{4} \\d{4} \\d{4} \\d{4} \\d\\d");
    assertThat(redactor.redact("SSN 536-22-1234").text().orElseThrow())
        .matches("SSN \\d{3}-\\d\\d-\\d{4}");
  }

  @Test
  void dropsADocumentAndCountsItsFindings() {
    Policy policy = new Policy(Map.of(Kind.US_SSN, Action.DROP), "", List.of("US"), List.of(), "");
    Redactor redactor = Redactor.of(policy);
    Redacted dropped = redactor.redact("SSN 536-22-1234 of anna@example.com");
    assertThat(dropped.text()).isEmpty();
    assertThat(dropped.counts()).isEqualTo(Map.of(Kind.US_SSN, 1, Kind.EMAIL, 1));
    assertThat(redactor.redact("bob@example.com").text()).contains("[EMAIL]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"refresh_token\": \"", "the secret is here: then ", "password="})
  void aLongSecretIsReplacedToItsEnd(String before) {
    String alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    String secret =
        new Random(3)
            .ints(2_000, 0, alphabet.length())
            .collect(
                StringBuilder::new,
                (text, i) -> text.append(alphabet.charAt(i)),
                StringBuilder::append)
            .toString();
    assertThat(Redactor.of(Policy.masking()).redact(before + secret + "\" end").text())
        .contains(before + "[API-KEY]\" end");
  }

  @Test
  void keptKindsDoNotHideOthers() {
    Policy policy =
        new Policy(Map.of(Kind.URL_CREDENTIALS, Action.KEEP), "", List.of("US"), List.of(), "");
    assertThat(Redactor.of(policy).redact("https://u:p4ss@mail.example.com/x").text().orElseThrow())
        .contains("[EMAIL]");
  }

  @Test
  void aPolicyWithPseudonymsNeedsAKey() {
    assertThatThrownBy(() -> Redactor.of(policy(Action.PSEUDONYM)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "icon@2x.png",
        "感谢@李明",
        "会议在一九九〇年七月八日",
        "1234.5678.9012",
        "aabb.ccdd.eeff.0011",
        "https://docs.example/a.beef.cafes",
        "Box 123, Springfield",
        "git@github.com:org/repo.git",
        "tool@1.2.0",
        "@user",
        "a @ b",
        "user@localhost",
        "version 1.2.3.4",
        "v10.0.0.1",
        "12:30:45",
        "std::vector",
        "::1",
        "2024-05-17",
        "17.05.2024",
        "ISBN 978-3-16-148410-0",
        "550e8400-e29b-41d4-a716-446655440000",
        "order 4111111111111111",
        "4111 1111 1111 1112",
        "DE89 3704 0044 0532 0130 01",
        "000-12-3456",
        "666-12-3456",
        "078-05-1120",
        "110105194912310021",
        "$1,299.00",
        "52.52000, 13.40500",
        "3.14159265358979",
        "the hotel 4155552671",
        "During 198 days",
        "Engineering 101",
        "学校下周一天气好",
        "during 4155552671",
        "Jordan River",
        "Victoria Station",
        "王国的历史",
        "路线12号线"
      })
  void looksLikePersonalDataButIsNot(String text) {
    assertThat(Redactor.of(Policy.masking()).find("It says " + text + " here")).isEmpty();
  }

  private static Policy policy(Action action) {
    Map<Kind, Action> all =
        Stream.of(Kind.values())
            .collect(java.util.stream.Collectors.toMap(kind -> kind, kind -> action));
    return new Policy(all, "env:KEY", List.of("US", "GB", "DE", "CN"), List.of(), "");
  }
}
