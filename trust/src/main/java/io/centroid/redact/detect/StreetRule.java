package io.centroid.redact.detect;

import java.util.List;
import java.util.Set;

/**
 * Postal addresses of the United States and Britain at the number of a house or PO box, and of
 * Germany at the name of a street, with the city and the postcode if they follow.
 */
final class StreetRule {
  private static final int MOST_WORDS = 5;
  private static final int MOST_PARTS = 4;

  private static final Set<String> STREETS =
      Set.of(
          """
          street st avenue ave road rd lane ln drive dr boulevard blvd court ct place
          pl square sq terrace way close crescent gardens grove mews parkway pkwy
          circle cir highway hwy row walk broadway alley trail
          """
              .split("\\s+"));

  private static final Set<String> ABBREVIATIONS =
      Set.of("st", "ave", "rd", "ln", "dr", "blvd", "ct", "pl", "sq", "pkwy", "cir", "hwy");

  private static final Set<String> UNITS =
      Set.of("apt", "apartment", "suite", "ste", "unit", "flat", "floor", "room");

  private static final List<String> BOXES =
      List.of("po box ", "p.o. box ", "p. o. box ", "p.o.box ", "post office box ");

  private static final String[] GERMAN = {
    "straße",
    "strasse",
    "str.",
    "weg",
    "platz",
    "allee",
    "gasse",
    "ring",
    "damm",
    "ufer",
    "chaussee"
  };

  void match(Text text, int at) {
    if (!text.wants(Kind.ADDRESS) || !text.startsToken(at)) {
      return;
    }
    if (Chars.isDigit(text.at(at))) {
      english(text, at);
    } else {
      german(text, at);
    }
  }

  private static void english(Text text, int at) {
    if (text.at(at - 1) == ' ' && (text.at(at - 2) | ' ') == 'x' && box(text, at)) {
      return;
    }
    int house = text.wordEnd(at, 7);
    int digits = 0;
    while (Chars.isDigit(text.at(at + digits))) {
      digits++;
    }
    if (digits > 5 || house - at > digits + 1 || text.at(house) != ' ') {
      return;
    }
    int next = house + 1;
    for (int words = 0; words < MOST_WORDS; words++) {
      int end = wordEnd(text, next);
      boolean ordinal = words == 0 && Chars.isDigit(text.at(next));
      if (end == next || !ordinal && !Chars.isUpper(text.at(next))) {
        return;
      }
      String word = text.lower(next, end);
      boolean last = STREETS.contains(word) && (words > 0 || word.equals("broadway"));
      boolean abbreviated = text.at(end) == '.';
      if (last) {
        int street = abbreviated && ABBREVIATIONS.contains(word) ? end + 1 : end;
        boolean continues = streetFollows(text, end);
        if (!continues) {
          text.add(Kind.ADDRESS, unitStart(text, at), englishEnd(text, street));
          return;
        }
      }
      next = abbreviated && word.length() <= 2 ? end + 1 : end;
      if (text.at(next) != ' ') {
        return;
      }
      next++;
    }
  }

  /** At the number of a PO box: "PO Box 123", "P.O. Box 123", "Post Office Box 123". */
  private static boolean box(Text text, int number) {
    String before = text.before(number, 16);
    for (String box : BOXES) {
      int start = number - box.length();
      if (before.endsWith(box) && text.startsWord(start)) {
        text.add(Kind.ADDRESS, start, englishEnd(text, text.wordEnd(number, 8)));
        return true;
      }
    }
    return false;
  }

  /** The start of a unit before the house, as in "Flat 3, 22 High Street". */
  private static int unitStart(Text text, int house) {
    int number = house - 2;
    if (text.at(number) != ',' || text.at(house - 1) != ' ') {
      return house;
    }
    while (house - number < 7 && Chars.isAlphanumeric(text.at(number - 1))) {
      number--;
    }
    int unit = number - 1;
    while (text.at(number - 1) == ' ' && number - unit < 11 && Chars.isLetter(text.at(unit - 1))) {
      unit--;
    }
    return UNITS.contains(text.lower(unit, number - 1)) ? unit : house;
  }

  /** Whether the next word is a street's, too, as in "St James Street". */
  private static boolean streetFollows(Text text, int end) {
    if (text.at(end) != ' ' || !Chars.isUpper(text.at(end + 1))) {
      return false;
    }
    int stop = wordEnd(text, end + 1);
    return STREETS.contains(text.lower(end + 1, stop));
  }

  /** The end with direction, unit, city, and ZIP code or postcode. */
  private static int englishEnd(Text text, int street) {
    int end = street;
    for (String direction : new String[] {" NW", " NE", " SW", " SE", " N", " S", " E", " W"}) {
      if (text.startsWith(direction, end) && !Chars.isWord(text.at(end + direction.length()))) {
        end += direction.length();
        break;
      }
    }
    int unit = skipComma(text, end);
    int stop = wordEnd(text, unit);
    if (UNITS.contains(text.lower(unit, stop))) {
      int number = text.at(stop) == '.' ? stop + 2 : stop + 1;
      int after = text.wordEnd(number, 6);
      end = after > number ? after : end;
    }
    int city = text.at(end) == ',' && text.at(end + 1) == ' ' ? end + 2 : 0;
    if (city == 0) {
      return end;
    }
    int cityEnd = capitalWords(text, city);
    if (cityEnd == city) {
      return end;
    }
    int code = text.at(cityEnd) == ',' ? cityEnd + 2 : cityEnd + 1;
    int coded = postcode(text, code);
    return coded > 0 ? coded : cityEnd;
  }

  /** The end of {@code TX 78701}, {@code TX 78701-1234}, {@code SW1A 2AA}, or 0. */
  private static int postcode(Text text, int at) {
    int first = text.wordEnd(at, 6);
    if (text.at(first) != ' ' || !Chars.isUpper(text.at(at))) {
      return 0;
    }
    int second = text.wordEnd(first + 1, 6);
    int digits = text.digits(first + 1, 7);
    if (first - at == 2 && digits == 5) {
      boolean plus = text.at(second) == '-' && text.digits(second + 1, 5) == 4;
      return plus ? second + 5 : second;
    }
    boolean british = first - at <= 4 && second - first == 4 && digits == 1;
    return british && Chars.isUpper(text.at(second - 1)) ? second : 0;
  }

  private static void german(Text text, int at) {
    int end = wordEnd(text, at);
    int street = streetEnd(text, at, end, false);
    // Lange Straße, Karl-Marx-Allee.
    for (int part = 1; part < MOST_PARTS && street == 0; part++) {
      boolean joined = text.at(end) == '-' || part == 1 && text.at(end) == ' ';
      if (!joined || !Chars.isUpper(text.at(end + 1))) {
        return;
      }
      int next = end + 1;
      end = wordEnd(text, next);
      street = streetEnd(text, next, end, true);
    }
    if (street == 0 || text.at(street) != ' ' || !Chars.isDigit(text.at(street + 1))) {
      return;
    }
    int number = text.wordEnd(street + 1, 6);
    if (text.digits(street + 1, 4) > 3) {
      return;
    }
    int code = skipComma(text, number);
    boolean coded =
        text.digits(code, 6) == 5 && text.at(code + 5) == ' ' && Chars.isUpper(text.at(code + 6));
    // Spring 12, Engineering 101
    boolean english = text.lower(street - 4, street).equals("ring");
    if (coded || !english) {
      text.add(Kind.ADDRESS, at, coded ? wordEnd(text, code + 6) : number);
    }
  }

  private static int streetEnd(Text text, int from, int end, boolean second) {
    if (text.at(end) != ' ' && text.at(end) != '.') {
      return 0;
    }
    String word = text.lower(from, text.at(end) == '.' ? end + 1 : end);
    for (String suffix : GERMAN) {
      if (word.endsWith(suffix)
          && (second || word.length() > suffix.length() + 1 || suffix.startsWith("stra"))) {
        return from + word.length();
      }
    }
    return 0;
  }

  private static int capitalWords(Text text, int from) {
    int end = from;
    for (int words = 0; words < 3; words++) {
      int start = words == 0 ? end : end + 1;
      int stop = wordEnd(text, start);
      if (words > 0 && text.at(end) != ' '
          || stop == start
          || !Chars.isUpper(text.at(start))
          || !Chars.isLower(text.at(start + 1))) {
        break;
      }
      end = stop;
    }
    return end;
  }

  private static int skipComma(Text text, int at) {
    return text.at(at) == ',' ? at + 2 : at + 1;
  }

  private static int wordEnd(Text text, int from) {
    int end = Math.min(from, text.length);
    while (end - from < 32
        && (Chars.isLetter(text.at(end)) || Chars.isDigit(text.at(end)) || text.at(end) == '\'')) {
      end++;
    }
    return end;
  }
}
