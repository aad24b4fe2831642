package io.centroid.redact.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts made to be slow: rules read a bounded number of characters per character of the text. */
class HostileTextTest {
  private static final int LENGTH = 1 << 14;
  private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

  /** Most characters that all rules together read per character of a text. */
  private static final double MOST_READS = 400;

  private final Detection detection =
      new Detection(ALL, List.of("US", "GB", "DE", "CN"), Names.COMMON, List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "1 ",
        "12 34 ",
        "1-",
        "1.",
        "@",
        "a@",
        "a.",
        "+",
        "+1",
        "+49 1",
        "(1) ",
        ":",
        "1:",
        "a://",
        "a://b:c@",
        "-",
        "-----BEGIN RSA PRIVATE KEY-----",
        "eyJ",
        "eyJa.",
        "Aa1_",
        "password=",
        "password=\"",
        "pwd='a",
        "pwd=“",
        "pwd: a&",
        "pwd=;a",
        "password is ",
        "password",
        "<pwd>",
        "密码为",
        "curl -u a:",
        "-u a:",
        "authorization: basic ",
        "authorization=basic a=",
        "aabb.",
        "年一",
        "一九九〇年七月",
        "x 1",
        "用@",
        "token is a1",
        "Mr. ",
        "A B ",
        "12 Aa ",
        "王",
        "王伟",
        "1号",
        "路1号",
        "1985年",
        "born 1",
        "A1",
        "a1/",
        "DE12 ",
        "=",
        "_",
        "AB 1",
        "1 2 345 6789 ",
        "4111 1111 1111 1111 ",
        "+1 415 555 2671 ",
        "[",
        "\\",
        "%",
        "\"",
        "x.x@x.x.x.x.x.",
        "J. ",
        "eyJ-",
        "eyJaaaaaaaa.",
        "sk-",
        "-----BEGIN PRIVATE KEY-----a",
        "1\n",
        "4111 1111\n",
        "a%40",
        "ａ＠",
        "例@例.",
        "\u200b1\u200b",
        "::ffff:1.1",
        "de12 "
      })
  void readsGrowLinearlyWithTheLength(String unit) {
    double quarter = readsPerCharacter(unit, LENGTH);
    double whole = readsPerCharacter(unit, 4 * LENGTH);
    assertThat(whole).as("reads per character of %s", unit).isLessThan(MOST_READS);
    assertThat(whole / quarter).as("growth of %f reads for %s", quarter, unit).isLessThan(1.25);
  }

  private double readsPerCharacter(String unit, int length) {
    CountingText text = new CountingText(unit.repeat(length / unit.length()));
    detection.scan(text);
    return (double) text.reads / text.length;
  }

  /** A text that counts the characters that are read from it. */
  private static final class CountingText extends Text {
    private long reads;

    CountingText(String document) {
      super(document, ALL);
    }

    @Override
    char at(int index) {
      reads++;
      return super.at(index);
    }

    @Override
    String slice(int from, int to) {
      reads += Math.max(0, to - from);
      return super.slice(from, to);
    }
  }
}
