package io.centroid.redact;

import io.centroid.redact.detect.CheckDigits;
import io.centroid.redact.detect.Detection;
import io.centroid.redact.detect.Kind;
import io.centroid.redact.detect.Names;
import io.centroid.redact.detect.PhoneRule;
import java.util.List;
import java.util.Locale;

/**
 * A made-up value of a value's format: digits for digits, letters for letters, separators kept, and
 * valid check digits. Private keys, which have no meaningful substitute, are masked.
 */
final class Substitute {
  private static final String RESERVED = "example.com";
  private static final List<String> STREETS =
      List.of("Maple", "Oak", "Cedar", "Elm", "Willow", "Birch", "Chestnut", "Juniper");
  private static final List<String> ROADS = List.of("示例", "样本", "虚构", "演示", "范例", "假想");
  private static final List<String> MONTHS =
      List.of("January", "March", "May", "July", "August", "October", "December");
  private static final String[] PROVINCES = {"11", "31", "44", "33", "51", "42"};

  private final Pseudonyms.Stream random;
  private final List<String> regions;

  Substitute(Pseudonyms.Stream random, List<String> regions) {
    this.random = random;
    this.regions = regions;
  }

  String of(Kind kind, String value) {
    String compact = value.replaceAll("[^A-Za-z0-9]", "");
    return switch (kind) {
      case EMAIL -> letters(10) + "@" + RESERVED;
      case CARD -> fill(value, completed(compact.substring(0, 4) + digits(compact.length() - 5)));
      case IBAN -> fill(value, iban(compact));
      case CN_ID -> fill(value, resident());
      case FR_NIR -> fill(value, nir(compact));
      case IN_AADHAAR -> fill(value, aadhaar());
      case US_SSN -> fill(value, ssn());
      case UK_NINO -> fill(value, "ABCEHJLMPRSW".charAt(random.below(12)) + "A" + digits(6) + "A");
      case ES_DNI -> fill(value, dni(compact));
      case DE_TAX_ID -> fill(value, taxId());
      case MAC -> fill(value, "02" + hex(10));
      case IPV4 -> "10." + part() + "." + part() + "." + part();
      case IPV6 -> "fd" + hex(2) + ":" + hex(4) + ":" + hex(4) + "::" + "1" + hex(3);
      case PHONE -> phone(value);
      case BIRTH_DATE -> date(value);
      case NAME -> name(value);
      case ADDRESS -> address(value);
      case URL_CREDENTIALS -> url(value);
      case API_KEY -> scrambled(value, Detection.keyPrefix(value));
      case PRIVATE_KEY -> "[" + kind.label() + "]";
    };
  }

  /** Puts letters and digits into the places of those of a pattern. */
  private static String fill(String pattern, String alphanumeric) {
    StringBuilder filled = new StringBuilder(pattern);
    int next = 0;
    for (int i = 0; i < pattern.length() && next < alphanumeric.length(); i++) {
      if (Character.isLetterOrDigit(pattern.charAt(i))) {
        filled.setCharAt(i, alphanumeric.charAt(next++));
      }
    }
    return filled.toString();
  }

  private static String completed(String digits) {
    return digits + CheckDigits.luhn(digits);
  }

  /** Keeps the country and the classes of characters, which are the country's structure. */
  private String iban(String value) {
    String country = value.substring(0, 2);
    String bban = scrambled(value.substring(4), 0);
    return country + CheckDigits.iban(country, bban) + bban;
  }

  private String resident() {
    String id =
        PROVINCES[random.below(PROVINCES.length)]
            + "0101"
            + (1950 + random.below(55))
            + two(1 + random.below(12))
            + two(1 + random.below(28))
            + digits(3);
    return id + CheckDigits.resident(id);
  }

  private String nir(String value) {
    // Sex, year, month, department, municipality and sequence, both of three digits.
    String thirteen =
        value.charAt(0)
            + digits(2)
            + two(1 + random.below(12))
            + two(1 + random.below(19))
            + digits(6);
    return thirteen + CheckDigits.nir(thirteen);
  }

  private String aadhaar() {
    String id = (2 + random.below(8)) + digits(10);
    return id + CheckDigits.verhoeff(id);
  }

  private String ssn() {
    int area = 100 + random.below(566);
    return area + two(1 + random.below(99)) + (1000 + random.below(9000));
  }

  private String dni(String value) {
    boolean foreign = Character.isLetter(value.charAt(0));
    String number = foreign ? value.charAt(0) + digits(7) : digits(8);
    return number + CheckDigits.dni(number);
  }

  /** Nine different digits, one of which occurs again, then the check digit. */
  private String taxId() {
    StringBuilder left = new StringBuilder("0123456789");
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < 9; i++) {
      int at = i == 0 ? 1 + random.below(9) : random.below(left.length());
      id.append(left.charAt(at));
      left.deleteCharAt(at);
    }
    id.append(id.charAt(random.below(8)));
    return id.toString() + CheckDigits.mod11And10(id.toString());
  }

  /** Keeps the country, the network or area, and the format. */
  private String phone(String value) {
    int kept = (int) value.chars().filter(Character::isDigit).count() - 6;
    String made = value;
    for (int attempt = 0; attempt < 32; attempt++) {
      made = digitsAfter(value, Math.max(kept, 1));
      if (PhoneRule.isValid(made, regions)) {
        return made;
      }
    }
    return made;
  }

  private String digitsAfter(String value, int kept) {
    StringBuilder made = new StringBuilder(value);
    int seen = 0;
    for (int i = 0; i < value.length(); i++) {
      if (Character.isDigit(value.charAt(i)) && seen++ >= kept) {
        made.setCharAt(i, (char) ('0' + random.below(10)));
      }
    }
    return made.toString();
  }

  /** A year from 1940 to 2005, and numbers from 1 to 12, which are both a day and a month. */
  private String date(String value) {
    StringBuilder made = new StringBuilder();
    int i = 0;
    while (i < value.length()) {
      int end = i;
      char c = value.charAt(i);
      if (Character.isDigit(c)) {
        while (end < value.length() && Character.isDigit(value.charAt(end))) {
          end++;
        }
        made.append(
            end - i == 4
                ? String.valueOf(1940 + random.below(66))
                : end - i == 2 ? "1" + random.below(3) : String.valueOf(1 + random.below(9)));
      } else if (Character.isUpperCase(c)) {
        while (end < value.length() && Character.isLetter(value.charAt(end))) {
          end++;
        }
        made.append(MONTHS.get(random.below(MONTHS.size())));
      } else if (Detection.CHINESE_NUMERALS.indexOf(c) >= 0) {
        while (end < value.length() && Detection.CHINESE_NUMERALS.indexOf(value.charAt(end)) >= 0) {
          end++;
        }
        made.append(end - i == 4 ? "一九" + numeral(4, 6) + numeral(0, 10) : numeral(1, 9));
      } else {
        made.append(c);
        end++;
      }
      i = end;
    }
    return made.toString();
  }

  private String numeral(int least, int count) {
    return String.valueOf(Detection.CHINESE_NUMERALS.charAt(least + random.below(count)));
  }

  private String name(String value) {
    Names names = Names.COMMON;
    if (isChinese(value)) {
      StringBuilder made = new StringBuilder(pick(names.chineseSurnames()));
      while (made.length() < value.length()) {
        made.append(pick(names.chineseGiven()));
      }
      return made.toString();
    }
    String surname = capitalized(pick(names.surnames()));
    return value.indexOf(' ') < 0 ? surname : capitalized(pick(names.given())) + " " + surname;
  }

  private String address(String value) {
    int number = 1 + random.below(199);
    if (isChinese(value)) {
      return pick(ROADS) + "市" + pick(ROADS) + "路" + number + "号";
    }
    return Character.isDigit(value.charAt(0))
        ? number + " " + pick(STREETS) + " Street"
        : pick(STREETS) + "weg " + number;
  }

  /** Keeps scheme, host and port; user and password are made up, the path is left out. */
  private String url(String value) {
    int start = value.indexOf("://") + 3;
    int end = value.indexOf('@', start); // A password may have a slash.
    while (end < value.length() && "/?#".indexOf(value.charAt(end)) < 0) {
      end++;
    }
    String authority = value.substring(start, end);
    String host = authority.substring(authority.lastIndexOf('@'));
    return value.substring(0, start) + letters(6) + ":" + letters(8) + host;
  }

  private String scrambled(String value, int kept) {
    StringBuilder made = new StringBuilder(value);
    for (int i = kept; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= '0' && c <= '9') {
        made.setCharAt(i, (char) ('0' + random.below(10)));
      } else if (Character.isLetter(c)) {
        made.setCharAt(i, (char) ((Character.isUpperCase(c) ? 'A' : 'a') + random.below(26)));
      }
    }
    return made.toString();
  }

  private String pick(List<String> from) {
    return from.get(random.below(from.size()));
  }

  private static boolean isChinese(String value) {
    return value
        .codePoints()
        .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
  }

  private static String capitalized(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private int part() {
    return random.below(256);
  }

  private String digits(int count) {
    return characters("0123456789", count);
  }

  private String hex(int count) {
    return characters("0123456789abcdef", count);
  }

  private String letters(int count) {
    return characters("abcdefghijklmnopqrstuvwxyz", count);
  }

  private String characters(String alphabet, int count) {
    StringBuilder text = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      text.append(alphabet.charAt(random.below(alphabet.length())));
    }
    return text.toString();
  }

  private static String two(int number) {
    return number < 10 ? "0" + number : String.valueOf(number);
  }
}
