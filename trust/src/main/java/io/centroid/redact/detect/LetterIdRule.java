package io.centroid.redact.detect;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.iban4j.IbanUtil;
import org.iban4j.bban.BbanStructure;

/** Identifiers that begin with a letter: IBAN, the British NINO, the Spanish NIE. */
final class LetterIdRule {
  /** Length of an IBAN by country. */
  private static final Map<String, Integer> LENGTHS = new HashMap<>();

  static {
    BbanStructure.supportedCountries()
        .forEach(country -> LENGTHS.put(country.getAlpha2(), IbanUtil.getIbanLength(country)));
  }

  /** At a capital letter. */
  void match(Text text, int at) {
    char second = text.at(at + 1);
    if (!text.startsToken(at)) {
      return;
    }
    if (Chars.isDigit(second) || second == '-') {
      nie(text, at);
    } else if (second >= 'A' && second <= 'Z') {
      iban(text, at);
      nino(text, at);
    }
  }

  /** At the check digits of an IBAN, whose country may be in small letters. */
  void matchSmall(Text text, int at) {
    char first = text.at(at - 2);
    char second = text.at(at - 1);
    boolean small = first >= 'a' && first <= 'z' && second >= 'a' && second <= 'z';
    if (small && text.startsToken(at - 2)) {
      iban(text, at - 2);
    }
  }

  private static void iban(Text text, int at) {
    if (text.digits(at + 2, 2) < 2) {
      return;
    }
    Integer length = LENGTHS.get(text.slice(at, at + 2).toUpperCase(Locale.ROOT));
    if (length == null) {
      return;
    }
    StringBuilder iban = new StringBuilder(length);
    int end = at;
    while (iban.length() < length) {
      char c = text.at(end);
      boolean gap = (c == ' ' || c == '-' || c == '\n') && iban.length() % 4 == 0;
      if (Chars.isAlphanumeric(c)) {
        iban.append(c);
      } else if (!gap || text.at(end - 1) == c) {
        return;
      }
      end++;
    }
    String value = iban.toString().toUpperCase(Locale.ROOT);
    boolean valid =
        CheckDigits.mod97(value.substring(4) + value.substring(0, 4)) == 1
            && text.endsToken(end)
            && IbanUtil.isValid(value);
    if (valid) {
      text.add(Kind.IBAN, at, end);
    }
  }

  /** HMRC's National Insurance Manual, NIM39110. */
  private static void nino(Text text, int at) {
    char first = text.at(at);
    char second = text.at(at + 1);
    boolean unused =
        "DFIQUV".indexOf(first) >= 0
            || "DFIOQUV".indexOf(second) >= 0
            || "BG GB KN NK NT TN ZZ".contains(text.slice(at, at + 2));
    if (unused || first > 'Z') {
      return;
    }
    int end = at + 2;
    int digits = 0;
    while (digits < 6) {
      char c = text.at(end);
      if (Chars.isDigit(c)) {
        digits++;
      } else if (c != ' ' && c != '-' || digits % 2 != 0) {
        return;
      }
      end++;
    }
    if (text.at(end) == ' ' || text.at(end) == '-') {
      end++;
    }
    if (text.at(end) >= 'A' && text.at(end) <= 'D' && text.endsToken(end + 1) && end - at <= 13) {
      text.add(Kind.UK_NINO, at, end + 1);
    }
  }

  private static void nie(Text text, int at) {
    if ("XYZ".indexOf(text.at(at)) < 0) {
      return;
    }
    int first = text.at(at + 1) == '-' ? at + 2 : at + 1;
    int end = first + 7;
    if (text.digits(first, 8) != 7) {
      return;
    }
    int letter = text.at(end) == '-' ? end + 1 : end;
    char check = CheckDigits.dni(text.at(at) + text.slice(first, end));
    if (text.at(letter) == check && text.endsToken(letter + 1)) {
      text.add(Kind.ES_DNI, at, letter + 1);
    }
  }
}
