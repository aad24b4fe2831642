package io.centroid.redact.detect;

import com.google.re2j.Pattern;

/** Addresses of networks: IPv4 at a digit, IPv6 and MAC at a colon, MAC at a dash or dot. */
final class NetworkRule {
  private static final int LONGEST = 45;
  private static final Pattern VERSION =
      Pattern.compile("(version|release|build|section|firmware|版本|第)[\\s:：]*$");

  void match(Text text, int at) {
    char c = text.at(at);
    if (c == ':') {
      colons(text, at);
    } else if (c == '-') {
      mac(text, at - 2, '-');
    } else if (c == '.') {
      dotted(text, at);
    } else {
      version4(text, at);
    }
  }

  private static void version4(Text text, int at) {
    if (!text.wants(Kind.IPV4) || !text.startsToken(at)) {
      return;
    }
    int end = version4End(text, at);
    if (end > 0 && !VERSION.matcher(text.before(at, 12)).find()) {
      text.add(Kind.IPV4, at, end);
    }
  }

  /** The end of four numbers up to 255 with dots between them, 0 if there are none. */
  private static int version4End(Text text, int at) {
    int end = at;
    for (int part = 0; part < 4; part++) {
      int digits = text.digits(end, 4);
      boolean padded = digits > 1 && text.at(end) == '0';
      if (digits == 0
          || digits > 3
          || padded
          || Integer.parseInt(text.slice(end, end + digits)) > 255) {
        return 0;
      }
      end += digits;
      if (part < 3 && text.at(end++) != '.') {
        return 0;
      }
    }
    boolean more = text.at(end) == '.' && Chars.isDigit(text.at(end + 1));
    return more || Chars.isWord(text.at(end)) ? 0 : end;
  }

  /** Only the first colon of a run of hex digits and colons is looked at. */
  private static void colons(Text text, int at) {
    int start = at;
    while (at - start < 5 && Chars.isHex(text.at(start - 1))) {
      start--;
    }
    char next = text.at(at + 1);
    if (text.at(start - 1) == ':' || !Chars.isHex(next) && next != ':') {
      return;
    }
    if (at - start == 2 && mac(text, start, ':')) {
      return;
    }
    int end = start;
    int group = start;
    while (end - start <= LONGEST && (Chars.isHex(text.at(end)) || text.at(end) == ':')) {
      end++;
      group = text.at(end - 1) == ':' ? end : group;
    }
    int mixed = text.at(end) == '.' ? version4End(text, group) : 0;
    while (end > start && text.at(end - 1) == ':' && text.at(end - 2) != ':') {
      end--;
    }
    // ::ffff:192.0.2.1 ends with an IPv4 address in the place of two groups.
    String address = mixed > 0 ? text.slice(start, group) + "0:0" : text.slice(start, end);
    end = mixed > 0 ? mixed : end;
    boolean alone = text.startsWord(start) && !Chars.isWord(text.at(end));
    if (alone && end - start <= LONGEST && isVersion6(address)) {
      text.add(Kind.IPV6, start, end);
    }
  }

  private static boolean mac(Text text, int start, char separator) {
    if (!text.startsWord(start) || text.at(start - 1) == separator) {
      return false;
    }
    for (int i = 0; i < 17; i++) {
      char c = text.at(start + i);
      if (i % 3 == 2 ? c != separator : !Chars.isHex(c)) {
        return false;
      }
    }
    if (Chars.isWord(text.at(start + 17)) || text.at(start + 17) == separator) {
      return false;
    }
    text.add(Kind.MAC, start, start + 17);
    return true;
  }

  /** At the first dot of {@code 0011.22aa.bbcc}, as Cisco writes a MAC; numbers have no letters. */
  private static void dotted(Text text, int at) {
    if (text.at(at + 5) != '.' || text.at(at - 5) == '.' || !text.startsWord(at - 4)) {
      return;
    }
    boolean letter = false;
    for (int i = at - 4; i < at + 10; i++) {
      char c = text.at(i);
      if (i != at && i != at + 5 && !Chars.isHex(c)) {
        return;
      }
      letter |= Chars.isLetter(c);
    }
    boolean more = text.at(at + 10) == '.' && Chars.isWord(text.at(at + 11));
    if (letter && !more && !Chars.isWord(text.at(at + 10))) {
      text.add(Kind.MAC, at - 4, at + 10);
    }
  }

  /**
   * Whether a text of hex digits and colons is an address (RFC 4291, section 2.2). Short forms such
   * as {@code ::1} and {@code a::b}, which source code is full of, are not.
   */
  private static boolean isVersion6(String text) {
    int shortened = text.indexOf("::");
    if (shortened >= 0 && text.indexOf("::", shortened + 1) >= 0) {
      return false;
    }
    int groups = 0;
    boolean digit = false;
    for (String group : text.split(":", -1)) {
      if (group.length() > 4) {
        return false;
      }
      groups += group.isEmpty() ? 0 : 1;
      digit |= group.chars().anyMatch(c -> c >= '0' && c <= '9');
    }
    return shortened < 0 ? groups == 8 : groups >= 2 && groups < 8 && digit && text.length() >= 6;
  }
}
