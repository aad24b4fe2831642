package io.centroid.redact.detect;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Set;

/**
 * Identifiers of digits: payment cards and national ids. Those whose check digits leave one number
 * of ten valid need groups or a word before them where the number alone is ambiguous.
 */
final class NumberRule {
  private static final Set<String> CARD = Set.of("card", "visa", "mastercard", "amex", "卡");
  private static final Set<String> SSN = Set.of("ssn", "social security", "社会安全");
  private static final Set<String> AADHAAR = Set.of("aadhaar", "aadhar", "uidai", "uid");
  private static final Set<String> TAX = Set.of("steuer", "tax", "idnr", "tin", "税号");
  private static final Set<Integer> MAESTRO =
      Set.of(5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763);
  private static final Set<String> PROVINCES =
      Set.of(
          "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37",
          "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64",
          "65", "71", "81", "82", "83");

  private static final Set<Integer> RESIDENT_GAPS = Set.of(6, 10, 14);

  private static final int[][] CARD_GROUPS = {
    {4, 4, 4, 4}, {4, 6, 5}, {4, 6, 4}, {4, 4, 4, 4, 3}, {4, 4, 4, 1}, {6, 13}, {4, 4, 4, 2}
  };

  void match(Text text, int at) {
    if (text.at(at - 1) == '+' || !text.startsToken(at)) {
      return;
    }
    Groups groups = new Groups(text, at, true);
    if (groups.count == 1 && groups.sizes[0] < 8) {
      return;
    }
    card(text, groups);
    ssn(text, groups);
    resident(text, groups);
    nir(text, groups);
    aadhaar(text, groups);
    tax(text, groups);
    dni(text, groups);
  }

  private static void card(Text text, Groups groups) {
    int used = groups.sizes[0] >= 13 && isCard(groups.digits(1)) ? 1 : 0;
    for (int[] sizes : CARD_GROUPS) {
      boolean longer = sizes.length > used && groups.grouped(" -", sizes);
      used = longer && isCard(groups.digits(sizes.length)) ? sizes.length : used;
    }
    if (used == 0 || !text.endsToken(groups.end(used))) {
      return;
    }
    if (used > 1 || !groups.isOther() || groups.mentions(CARD)) {
      text.add(Kind.CARD, groups.start, groups.end(used));
    }
  }

  /** Whether issuer, length and check digit are those of a card (ISO/IEC 7812). */
  static boolean isCard(String digits) {
    int length = digits.length();
    if (length < 13 || length > 19) {
      return false;
    }
    int two = Integer.parseInt(digits.substring(0, 2));
    int four = Integer.parseInt(digits.substring(0, 4));
    int three = four / 10;
    boolean issued;
    if (two / 10 == 4) {
      issued = length == 13 || length == 16 || length == 19;
    } else if (two >= 51 && two <= 55 || four >= 2221 && four <= 2720) {
      issued = length == 16;
    } else if (two == 34 || two == 37) {
      issued = length == 15;
    } else if (two == 36 || two == 38 || two == 39 || three >= 300 && three <= 305) {
      issued = length == 14 || length == 16;
    } else if (four >= 2200 && four <= 2204 || four >= 3528 && four <= 3589 || two == 62) {
      issued = length >= 16;
    } else if (four == 6011 || two == 65 || three >= 644 && three <= 649) {
      issued = length == 16 || length == 19;
    } else {
      issued = MAESTRO.contains(four);
    }
    return issued && ends(digits, CheckDigits.luhn(digits.substring(0, length - 1)));
  }

  private static void ssn(Text text, Groups groups) {
    boolean grouped =
        groups.grouped("-", 3, 2, 4)
            || groups.grouped(" ", 3, 2, 4) && groups.separators[0] == groups.separators[1];
    int used = grouped ? 3 : 1;
    boolean shaped = grouped || groups.sizes[0] == 9 && groups.mentions(SSN);
    if (!shaped || !groups.endsAfter(used)) {
      return;
    }
    String digits = groups.digits(used);
    int area = Integer.parseInt(digits.substring(0, 3));
    boolean issued =
        area > 0
            && area != 666
            && area < 900
            && !digits.startsWith("00", 3)
            && !digits.endsWith("0000")
            && !digits.equals("078051120")
            && !digits.equals("219099999");
    if (issued && (!groups.isOther() || groups.mentions(SSN))) {
      text.add(Kind.US_SSN, groups.start, groups.end(used));
    }
  }

  /** GB 11643: region, date of birth, sequence, check character; also in groups of these. */
  private static void resident(Text text, Groups groups) {
    int end = groups.start;
    StringBuilder digits = new StringBuilder(18);
    while (digits.length() < 17) {
      char c = text.at(end);
      boolean gap = (c == ' ' || c == '-') && RESIDENT_GAPS.contains(digits.length());
      if (Chars.isDigit(c)) {
        digits.append(c);
      } else if (!gap || !Chars.isDigit(text.at(end - 1))) {
        return;
      }
      end++;
    }
    String id = digits.toString();
    boolean valid =
        Character.toUpperCase(text.at(end)) == CheckDigits.resident(id)
            && text.endsToken(end + 1)
            && PROVINCES.contains(id.substring(0, 2))
            && isDate(id.substring(6, 14));
    if (valid) {
      text.add(Kind.CN_ID, groups.start, end + 1);
    }
  }

  private static boolean isDate(String digits) {
    int year = Integer.parseInt(digits.substring(0, 4));
    try {
      LocalDate.of(
          year, Integer.parseInt(digits.substring(4, 6)), Integer.parseInt(digits.substring(6)));
      return year >= 1850 && year < 2100;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** INSEE's number: sex, year, month, department, municipality, sequence, key. */
  private static void nir(Text text, Groups groups) {
    char first = text.at(groups.start);
    if (first != '1' && first != '2') {
      return;
    }
    StringBuilder id = new StringBuilder(15);
    int end = groups.start;
    while (id.length() < 15) {
      char c = text.at(end);
      boolean corsica = id.length() == 6 && (c == 'A' || c == 'B') && text.at(end - 1) == '2';
      if (Chars.isDigit(c) || corsica) {
        id.append(c);
      } else if (c != ' ' && c != '.' || !isGroup(id.length())) {
        return;
      }
      end++;
    }
    int month = Integer.parseInt(id.substring(3, 5));
    boolean valid =
        (month >= 1 && month <= 12 || month >= 20 && month <= 42 || month >= 50)
            && text.endsToken(end)
            && CheckDigits.nir(id.substring(0, 13)).contentEquals(id.substring(13));
    if (valid) {
      text.add(Kind.FR_NIR, groups.start, end);
    }
  }

  private static boolean isGroup(int digits) {
    return digits == 1 || digits == 3 || digits == 5 || digits == 7 || digits == 10 || digits == 13;
  }

  private static void aadhaar(Text text, Groups groups) {
    boolean grouped = groups.grouped(" -", 4, 4, 4);
    int used = grouped ? 3 : 1;
    boolean shaped = grouped || groups.sizes[0] == 12 && groups.mentions(AADHAAR);
    boolean alone = groups.endsAfter(used) && !groups.followsDigits();
    if (!shaped || !alone && !groups.mentions(AADHAAR)) {
      return;
    }
    String digits = groups.digits(used);
    if (digits.charAt(0) >= '2' && ends(digits, CheckDigits.verhoeff(digits.substring(0, 11)))) {
      text.add(Kind.IN_AADHAAR, groups.start, groups.end(used));
    }
  }

  private static void tax(Text text, Groups groups) {
    boolean grouped = groups.grouped(" ", 2, 3, 3, 3);
    int used = grouped ? 4 : 1;
    boolean shaped = grouped || groups.sizes[0] == 11;
    if (!shaped || !groups.endsAfter(used) || !isTaxId(groups.digits(used))) {
      return;
    }
    // One number of ten thousand fits by chance; a mobile number in China has eleven digits too.
    if (grouped || groups.mentions(TAX) || !groups.isOther() && !groups.mentions(PhoneRule.WORDS)) {
      text.add(Kind.DE_TAX_ID, groups.start, groups.end(used));
    }
  }

  /** Of the first ten digits exactly one occurs twice or three times (since 2016). */
  private static boolean isTaxId(String digits) {
    int[] counts = new int[10];
    int repeated = 0;
    for (int i = 0; i < 10; i++) {
      int count = ++counts[digits.charAt(i) - '0'];
      repeated += count == 2 ? 1 : 0;
      if (count > 3) {
        return false;
      }
    }
    return digits.charAt(0) != '0'
        && repeated == 1
        && ends(digits, CheckDigits.mod11And10(digits.substring(0, 10)));
  }

  private static void dni(Text text, Groups groups) {
    boolean dotted = groups.grouped(".", 2, 3, 3);
    int used = dotted ? 3 : 1;
    if (!dotted && groups.sizes[0] != 8) {
      return;
    }
    int end = groups.end(used);
    int letter = text.at(end) == '-' || text.at(end) == ' ' && dotted ? end + 1 : end;
    boolean valid =
        text.at(letter) == CheckDigits.dni(groups.digits(used)) && text.endsToken(letter + 1);
    if (valid) {
      text.add(Kind.ES_DNI, groups.start, letter + 1);
    }
  }

  private static boolean ends(String digits, char check) {
    return digits.charAt(digits.length() - 1) == check;
  }
}
