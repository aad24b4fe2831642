package io.centroid.redact.detect;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import com.google.re2j.Pattern;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Telephone numbers in international form, or as they are dialed within one of the regions. Digits
 * without separators need a word such as "call" before them, except numbers of China's mobile
 * networks. The library is asked only about groups of digits that look like a number.
 */
public final class PhoneRule {
  private static final PhoneNumberUtil LIBRARY = PhoneNumberUtil.getInstance();
  private static final String TRUNK = "(0)";
  private static final int FEWEST = 7;
  private static final int MOST = 15;
  private static final int MOST_ATTEMPTS = 5;

  static final Set<String> WORDS =
      Set.of(
          "phone",
          "tel",
          "call",
          "mobile",
          "cell",
          "fax",
          "dial",
          "ring",
          "text me",
          "whatsapp",
          "contact",
          "reach",
          "handy",
          "hotline",
          "电话",
          "手机",
          "致电",
          "拨打",
          "联系",
          "传真",
          "热线",
          "来电",
          "短信");

  /** Dates, in a text of digits and separators. */
  private static final Pattern DATE =
      Pattern.compile(
          "(19|20)\\d\\d[-./ ][01]?\\d[-./ ][0-3]?\\d.*|[0-3]?\\d[-./ ][0-3]?\\d[-./ ](19|20)?\\d\\d(\\s.*)?");

  private final List<String> regions;

  PhoneRule(List<String> regions) {
    this.regions = regions;
  }

  /** Whether the first digits may begin a number as dialed in a region, which costs nothing. */
  private static boolean mayBegin(String digits, String region) {
    return switch (region) {
      case "US", "CA" -> digits.length() == 10 || digits.length() == 11 && digits.charAt(0) == '1';
      case "CN" -> digits.charAt(0) == '0' || digits.charAt(0) == '1' && digits.length() == 11;
      case "GB", "DE", "FR", "AT", "CH", "NL", "BE", "SE", "IN", "JP", "KR" ->
          digits.charAt(0) == '0';
      default -> true;
    };
  }

  void match(Text text, int at) {
    char previous = text.at(at - 1);
    int start = previous == '(' ? at - 1 : at;
    boolean plus = text.at(start - 1) == '+';
    start = plus ? start - 1 : start;
    if (!text.wants(Kind.PHONE) || !(plus ? text.startsWord(start) : text.startsToken(start))) {
      return;
    }
    Groups groups = new Groups(text, at, false);
    // Another number may end just before this one.
    boolean rest =
        !plus && text.phoneEnd != start - 1 && groups.followsDigits() && !groups.mentions(WORDS);
    boolean found = !rest && find(text, groups, start, plus);
    if (plus && !found) {
      find(text, new Groups(text, at, true), start, true);
    }
  }

  /**
   * Adds the longest number of the first groups; more digits may follow that are not part of it.
   */
  private boolean find(Text text, Groups groups, int start, boolean plus) {
    int attempts = 0;
    for (int used = groups.count; used > 0 && attempts < MOST_ATTEMPTS; used--) {
      int digits = groups.length(used);
      if (digits < FEWEST) {
        return false;
      }
      if (digits > MOST + 2) {
        continue;
      }
      attempts++;
      if (isPhone(text, groups, used, start, plus)) {
        boolean closed = plus && text.at(start - 1) == '(' && groups.separators[0] == ')';
        text.add(Kind.PHONE, closed ? start - 1 : start, groups.end(used));
        text.phoneEnd = groups.end(used);
        return true;
      }
    }
    return false;
  }

  private boolean isPhone(Text text, Groups groups, int used, int start, boolean plus) {
    String digits = groups.digits(used);
    if (!text.endsToken(groups.end(used)) || digits.length() > 3 * used + 12) {
      return false;
    }
    if (plus || digits.startsWith("00")) {
      // The (0) of +49 (0)30 is dialed within the country only.
      String national = digitsOf(text.slice(start, groups.end(used)).replace(TRUNK, ""));
      String number = plus ? national : national.substring(2);
      return parse("+" + number, "ZZ").filter(LIBRARY::isValidNumber).isPresent();
    }
    String written = text.slice(start, groups.end(used));
    return regions.stream().anyMatch(region -> mayBegin(digits, region))
        && isPlausible(text, groups, used, digits, written)
        && regions.stream()
            .filter(region -> mayBegin(digits, region))
            .anyMatch(region -> isNational(digits, written, region, groups, used));
  }

  private static boolean isPlausible(
      Text text, Groups groups, int used, String digits, String written) {
    if (used == 1) {
      boolean mobile = digits.length() == 11 && digits.charAt(0) == '1' && digits.charAt(1) >= '3';
      return groups.mentions(WORDS) || mobile && !groups.isOther();
    }
    int single = 0;
    for (int i = 0; i < used; i++) {
      single += groups.sizes[i] == 1 ? 1 : 0;
    }
    boolean ssn = groups.grouped("-", 3, 2, 4);
    boolean isbn = digits.length() == 13 && (digits.startsWith("978") || digits.startsWith("979"));
    boolean first = groups.sizes[0] == 1 && digits.charAt(0) == '1';
    return single <= (first ? 1 : 0)
        && !isbn
        && !ssn
        && (!groups.isOther() || groups.mentions(WORDS))
        && !DATE.matcher(written).matches()
        && !(groups.separators[0] == '.' && used < 3)
        && !(groups.separators[0] == '.'
            && text.at(groups.end(used)) == '.'
            && Chars.isDigit(text.at(groups.end(used) + 1)));
  }

  /** Whether the digits are those of the number's national form, with its prefix if it has one. */
  private static boolean isNational(
      String digits, String written, String region, Groups groups, int used) {
    Optional<PhoneNumber> number = parse(digits, region).filter(LIBRARY::isValidNumber);
    if (number.isEmpty()) {
      return false;
    }
    int code = number.get().getCountryCode();
    String national = digitsOf(LIBRARY.format(number.get(), PhoneNumberFormat.NATIONAL));
    if (code == 1) {
      int skip = groups.sizes[0] == 1 ? 1 : 0;
      boolean grouped =
          used == 3 + skip && groups.sizes[skip] == 3 && groups.sizes[skip + 1] == 3
              || used == 1 + skip
              || used == 2 + skip && groups.sizes[skip] == 3 && groups.sizes[skip + 1] == 7;
      return grouped && (digits.equals(national) || digits.equals("1" + national));
    }
    boolean mobile = code == 86 && national.charAt(0) == '1';
    boolean separated = used == 1 || mobile || groups.sizes[0] >= 2 || written.startsWith("(");
    boolean grouped = !mobile || used == 1 || groups.sizes[0] == 3 && used == 3;
    return separated && grouped && digits.equals(national);
  }

  private static String digitsOf(String text) {
    return text.chars()
        .filter(c -> c >= '0' && c <= '9')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static Optional<PhoneNumber> parse(String number, String region) {
    try {
      return Optional.of(LIBRARY.parse(number, region));
    } catch (NumberParseException e) {
      return Optional.empty();
    }
  }

  /** Whether the library knows a region, such as {@code DE}. */
  public static boolean isRegion(String region) {
    return LIBRARY.getSupportedRegions().contains(region);
  }

  /** Whether a text is a valid number, in international form or in the national one of a region. */
  public static boolean isValid(String written, List<String> regions) {
    return e164(written, regions)
        .flatMap(number -> parse(number, "ZZ"))
        .filter(LIBRARY::isValidNumber)
        .isPresent();
  }

  /**
   * The number in E.164 form, the same for all ways to write it.
   *
   * @param regions regions whose national form is tried, in order
   */
  public static Optional<String> e164(String written, List<String> regions) {
    String digits = digitsOf(written.replace(TRUNK, ""));
    if (written.strip().startsWith("+") || written.startsWith("(+") || digits.startsWith("00")) {
      return Optional.of("+" + (digits.startsWith("00") ? digits.substring(2) : digits))
          .flatMap(number -> parse(number, "ZZ"))
          .map(number -> LIBRARY.format(number, PhoneNumberFormat.E164));
    }
    return regions.stream()
        .flatMap(region -> parse(digits, region).stream())
        .filter(LIBRARY::isValidNumber)
        .findFirst()
        .map(number -> LIBRARY.format(number, PhoneNumberFormat.E164));
  }
}
