package io.centroid.redact.detect;

import java.util.List;
import java.util.Set;

/** Dates of birth: dates of the years 1900 to 2029 with a word such as "born" around them. */
final class BirthDateRule {
  private static final List<String> BEFORE =
      List.of(
          "born on",
          "born",
          "dob",
          "d.o.b",
          "date of birth",
          "birth date",
          "birthdate",
          "birthday",
          "生于",
          "出生日期",
          "出生",
          "生日",
          "诞生");
  private static final List<String> AFTER = List.of("出生", "生人", "诞生", "生，", "生于");

  private static final Set<String> MONTHS =
      Set.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  void match(Text text, int at) {
    if (!text.startsWord(at) || !text.wants(Kind.BIRTH_DATE)) {
      return;
    }
    int end = Chars.isDigit(text.at(at)) ? numeric(text, at) : monthFirst(text, at);
    // A time may follow, as in 1985-05-17T00:00:00Z.
    boolean time = text.at(end) == 'T' && Chars.isDigit(text.at(end + 1));
    if (end > 0 && (time || !Chars.isWord(text.at(end))) && isBirth(text, at, end)) {
      text.add(Kind.BIRTH_DATE, at, end);
    }
  }

  /** At 年 after a year in Chinese numerals, as in 一九九〇年七月八日, or before a month in them. */
  void matchChinese(Text text, int at) {
    boolean year = Detection.CHINESE_NUMERALS.indexOf(text.at(at - 1)) >= 0;
    boolean month = Detection.CHINESE_NUMERALS.indexOf(text.at(at + 1)) >= 0;
    int start = at - 4;
    if (!year && !month || start < 0 || !text.wants(Kind.BIRTH_DATE)) {
      return;
    }
    int middle = numerals(text, at + 1);
    int end = numerals(text, middle + 1);
    boolean dated = text.at(middle) == '月' && "日号".indexOf(text.at(end)) >= 0 && end > middle + 1;
    String century = text.slice(start, start + 2);
    boolean recent = List.of("一九", "二〇", "二零", "二○", "19", "20").contains(century);
    boolean whole = middle > at + 1 && dated && recent && numerals(text, start) == at;
    if (whole && isBirth(text, start, end + 1)) {
      text.add(Kind.BIRTH_DATE, start, end + 1);
    }
  }

  /** The end of up to four digits or Chinese numerals. */
  private static int numerals(Text text, int from) {
    int end = from;
    while (end - from < 4
        && (Chars.isDigit(text.at(end)) || Detection.CHINESE_NUMERALS.indexOf(text.at(end)) >= 0)) {
      end++;
    }
    return end;
  }

  private static boolean isBirth(Text text, int start, int end) {
    String before = text.before(start, 28).replace('_', ' ');
    String after = text.lower(end, end + 4);
    return BEFORE.stream().anyMatch(word -> near(before, word))
        || AFTER.stream().anyMatch(after::startsWith);
  }

  /** Whether a word occurs with no end of a sentence or line between it and the date. */
  private static boolean near(String before, String word) {
    int found = before.lastIndexOf(word);
    if (found < 0
        || found > 0
            && Chars.isLetter(word.charAt(0))
            && Chars.isLetter(before.charAt(found - 1))) {
      return false;
    }
    String between = before.substring(found + word.length());
    return !between.contains(". ") && between.chars().noneMatch(BirthDateRule::separates);
  }

  /** Whether a character ends a sentence or a line, or belongs to another date. */
  private static boolean separates(int c) {
    return c == '。' || c == '\n' || c >= '0' && c <= '9';
  }

  /** The end of a date that begins with a digit, 0 if there is none. */
  private static int numeric(Text text, int at) {
    int first = digits(text, at);
    char separator = text.at(first);
    if (first - at == 4) {
      return yearFirst(text, at, first, separator);
    }
    if (first - at > 2 || first == at) {
      return 0;
    }
    if ("/.-".indexOf(separator) >= 0) {
      int second = digits(text, first + 1);
      boolean twice = second > first + 1 && second - first <= 3 && text.at(second) == separator;
      int third = twice ? digits(text, second + 1) : 0;
      int year = third - second - 1;
      boolean plausible = year == 4 && isYear(text, second + 1) || year == 2;
      return twice && plausible ? third : 0;
    }
    return dayFirst(text, first);
  }

  /** {@code 1985-05-17} or {@code 1985年5月17日}. */
  private static int yearFirst(Text text, int at, int first, char separator) {
    if (!isYear(text, at) || "-/.年".indexOf(separator) < 0) {
      return 0;
    }
    int second = digits(text, first + 1);
    char month = separator == '年' ? '月' : separator;
    if (second == first + 1 || second - first > 3 || text.at(second) != month) {
      return 0;
    }
    int third = digits(text, second + 1);
    if (third == second + 1 || third - second > 3) {
      return 0;
    }
    return separator != '年' ? third : "日号".indexOf(text.at(third)) >= 0 ? third + 1 : 0;
  }

  /** {@code 17 May 1985} or {@code 17th of May, 1985}. */
  private static int dayFirst(Text text, int day) {
    int next = day;
    String suffix = text.lower(day, day + 2);
    next += List.of("st", "nd", "rd", "th").contains(suffix) ? 2 : 0;
    next += text.at(next) == '.' ? 1 : 0;
    if (text.at(next) != ' ') {
      return 0;
    }
    next += text.startsWith(" of ", next) ? 4 : 1;
    int month = month(text, next);
    return month == 0 ? 0 : year(text, month);
  }

  /** {@code May 17, 1985}. */
  private static int monthFirst(Text text, int at) {
    int month = month(text, at);
    if (month == 0 || text.at(month) != ' ') {
      return 0;
    }
    int day = digits(text, month + 1);
    if (day == month + 1 || day - month > 3) {
      return 0;
    }
    boolean suffix = List.of("st", "nd", "rd", "th").contains(text.lower(day, day + 2));
    return year(text, suffix ? day + 2 : day);
  }

  private static int year(Text text, int at) {
    int start = text.at(at) == ',' || text.at(at) == '.' ? at + 1 : at;
    if (text.at(start) != ' ' || !isYear(text, start + 1)) {
      return 0;
    }
    int end = digits(text, start + 1);
    return end == start + 5 ? end : 0;
  }

  /** The end of an English month's name, 0 if there is none. */
  private static int month(Text text, int at) {
    int end = text.wordEnd(at, 10);
    if (end - at < 3 || !Chars.isUpper(text.at(at))) {
      return 0;
    }
    String name = text.lower(at, at + 3);
    return MONTHS.contains(name) ? end : 0;
  }

  private static boolean isYear(Text text, int at) {
    return text.startsWith("19", at)
        || text.startsWith("200", at)
        || text.startsWith("201", at)
        || text.startsWith("202", at);
  }

  private static int digits(Text text, int at) {
    int end = at;
    while (end - at < 5 && Chars.isDigit(text.at(end))) {
      end++;
    }
    return end;
  }
}
