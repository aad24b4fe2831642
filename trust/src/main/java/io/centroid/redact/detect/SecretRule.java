package io.centroid.redact.detect;

import java.util.List;

/**
 * API keys: known prefixes, JSON web tokens, and values of high entropy near words such as "token".
 * Private keys in PEM (RFC 7468).
 */
final class SecretRule {
  /** Number of characters that decide whether a token is a secret; the rest follows it. */
  private static final int LONGEST = 512;

  private static final int LONGEST_WEB_TOKEN = 16_384;
  private static final int LONGEST_PEM = 16_384;
  private static final String WEB_TOKEN = "eyJ";

  /**
   * A prefix and what follows it.
   *
   * @param least fewest characters after the prefix
   * @param dashes whether dashes and underscores may follow, too
   */
  private record Prefix(String text, int least, boolean dashes) {}

  private static final List<Prefix> PREFIXES =
      List.of(
          new Prefix("AKIA", 16, false),
          new Prefix("ASIA", 16, false),
          new Prefix("AIza", 35, true),
          new Prefix("SG.", 40, true),
          new Prefix("ghp_", 36, false),
          new Prefix("gho_", 36, false),
          new Prefix("ghu_", 36, false),
          new Prefix("ghs_", 36, false),
          new Prefix("ghr_", 36, false),
          new Prefix("github_pat_", 40, true),
          new Prefix("glpat-", 20, true),
          new Prefix("sk_live_", 16, false),
          new Prefix("sk_test_", 16, false),
          new Prefix("rk_live_", 16, false),
          new Prefix("pk_live_", 16, false),
          new Prefix("hf_", 30, false),
          new Prefix("npm_", 36, false),
          new Prefix("sk-", 32, true),
          new Prefix("xoxb-", 20, true),
          new Prefix("xoxp-", 20, true),
          new Prefix("xoxa-", 20, true),
          new Prefix("xoxs-", 20, true));

  private static final List<String> KEYS =
      List.of(
          "api key",
          "api-key",
          "api_key",
          "apikey",
          "secret",
          "token",
          "access key",
          "access-key",
          "access_key",
          "accesskey",
          "private key",
          "credential",
          "authorization",
          "bearer",
          "password",
          "密钥",
          "令牌");

  void match(Text text, int at) {
    switch (text.at(at)) {
      case '-' -> {
        pem(text, at);
        prefix(text, at);
      }
      case ':', '=', '：', '为', '是' -> value(text, at);
      case '_', 'A', 'S' -> prefix(text, at);
      case 'J' -> webToken(text, at - 2);
      default -> token(text, at);
    }
  }

  /** Length of the known prefix of a key, 0 if it has none. */
  static int prefix(String key) {
    if (key.startsWith(WEB_TOKEN)) {
      return WEB_TOKEN.length();
    }
    return PREFIXES.stream()
        .map(Prefix::text)
        .filter(key::startsWith)
        .mapToInt(String::length)
        .max()
        .orElse(0);
  }

  /** Looks for a prefix that begins or ends at a trigger. */
  private static void prefix(Text text, int at) {
    for (Prefix prefix : PREFIXES) {
      char last = prefix.text.charAt(prefix.text.length() - 1);
      boolean trailing = last == '_' || last == '-';
      int start = trailing ? at - prefix.text.length() + 1 : at;
      if (start < 0 || !text.startsWith(prefix.text, start) || !text.startsWord(start)) {
        continue;
      }
      int from = start + prefix.text.length();
      int end = from;
      while (end - from < LONGEST && isKey(text.at(end), prefix.dashes)) {
        end++;
      }
      while (end > from && !Chars.isAlphanumeric(text.at(end - 1))) {
        end--;
      }
      boolean sure = trailing && !prefix.dashes || end - from == prefix.least;
      if (end - from >= prefix.least && (sure || isMixed(text, from, end))) {
        text.add(Kind.API_KEY, start, end);
        return;
      }
    }
  }

  private static boolean isKey(char c, boolean dashes) {
    return Chars.isAlphanumeric(c) || dashes && (c == '-' || c == '_' || c == '.');
  }

  /** Whether there is a digit, or capital and small letters. */
  private static boolean isMixed(Text text, int from, int end) {
    boolean capital = false;
    boolean small = false;
    for (int i = from; i < end; i++) {
      char c = text.at(i);
      capital |= Chars.isUpper(c);
      small |= Chars.isLower(c);
      if (Chars.isDigit(c) || capital && small) {
        return true;
      }
    }
    return false;
  }

  /** Three parts of base64url, of which the first begins with <code>{"</code> (RFC 7519). */
  private static void webToken(Text text, int start) {
    boolean seen = start < text.webTokenEnd;
    if (seen || !text.startsWith(WEB_TOKEN, start) || !text.startsWord(start)) {
      return;
    }
    int end = start;
    int dots = 0;
    int part = start;
    for (; end - start < LONGEST_WEB_TOKEN; end++) {
      char c = text.at(end);
      if (c == '.' && dots < 2 && end - part >= 8) {
        dots++;
        part = end + 1;
      } else if (!Chars.isAlphanumeric(c) && c != '-' && c != '_') {
        break;
      }
    }
    text.webTokenEnd = end;
    if (dots == 2 && end - part >= 8) {
      text.add(Kind.API_KEY, start, end);
    }
  }

  /** A value after a word and a colon or an equals sign. */
  private static void value(Text text, int at) {
    if (text.at(at + 1) == '/' || text.at(at + 1) == ':') {
      return;
    }
    int word = at;
    while (at - word < 3 && " \"'".indexOf(text.at(word - 1)) >= 0 && word > 0) {
      word--;
    }
    String before = text.before(word, 13);
    if (KEYS.stream().noneMatch(before::endsWith) && !before.endsWith("_key")) {
      return;
    }
    int start = at + 1;
    while (start - at < 4 && " \"'“".indexOf(text.at(start)) >= 0 && start < text.length) {
      start++;
    }
    int end = start;
    while (end - start < LONGEST && isValue(text.at(end))) {
      end++;
    }
    int cut = end;
    while (end > start && ".,;:)".indexOf(text.at(end - 1)) >= 0) {
      end--;
    }
    if (end - start >= 16 && isRandom(text.slice(start, end))) {
      text.add(Kind.API_KEY, start, cut - start < LONGEST ? end : valueEnd(text, cut));
    }
  }

  /** The end of the characters of a long value; no character is read twice. */
  static int valueEnd(Text text, int from) {
    int end = Math.max(from, text.valueEnd);
    while (isValue(text.at(end))) {
      end++;
    }
    text.valueEnd = end;
    return end;
  }

  private static boolean isValue(char c) {
    return c > ' ' && c < 127 && "\"'<>`,;&".indexOf(c) < 0;
  }

  /** A long token with digits, if a word such as "secret" stands before it. */
  private static void token(Text text, int at) {
    if (at < text.tokenEnd || !Chars.isWord(text.at(at - 1)) && !Chars.isWord(text.at(at + 1))) {
      return;
    }
    int start = at;
    while (at - start < LONGEST && start > text.tokenEnd && isToken(text.at(start - 1))) {
      start--;
    }
    int end = at;
    while (end - at < LONGEST && isToken(text.at(end))) {
      end++;
    }
    text.tokenEnd = end;
    while (end > start && ".=:".indexOf(text.at(start)) >= 0) {
      start++;
    }
    if (end - start < 20) {
      return;
    }
    String before = context(text, start);
    if (KEYS.stream().anyMatch(before::contains) && isRandom(text.slice(start, end))) {
      while (isToken(text.at(end))) {
        end++;
      }
      text.tokenEnd = end;
      text.add(Kind.API_KEY, start, end);
    }
  }

  /** Up to 32 characters before a token in lower case: of its sentence, and after a private key. */
  private static String context(Text text, int start) {
    String before = text.lower(Math.max(start - 32, text.keyEnd), start);
    int sentence = Math.max(before.lastIndexOf(". "), before.lastIndexOf('。'));
    return before.substring(sentence + 1);
  }

  private static boolean isToken(char c) {
    return Chars.isAlphanumeric(c) || c == '_' || c == '-' || c == '+' || c == '/' || c == '=';
  }

  /** Letters and digits with at least 3 bits of entropy per character; no UUID, path or date. */
  private static boolean isRandom(String token) {
    int[] counts = new int[128];
    int digits = 0;
    int small = 0;
    int capitals = 0;
    int marks = 0;
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      counts[c & 127]++;
      digits += Chars.isDigit(c) ? 1 : 0;
      small += Chars.isLower(c) ? 1 : 0;
      capitals += Chars.isUpper(c) ? 1 : 0;
      marks += c == '-' || c == '/' || c == '.' || c == ':' ? 1 : 0;
    }
    double entropy = 0;
    for (int count : counts) {
      double share = (double) count / token.length();
      entropy -= count == 0 ? 0 : share * Math.log(share) / Math.log(2);
    }
    boolean mixed = digits >= 2 || digits > 0 && small > 0 && capitals > 0;
    boolean dashed = marks * 9 >= token.length();
    return mixed && small + capitals >= 2 && !dashed && entropy >= 3;
  }

  private static void pem(Text text, int at) {
    if (text.at(at - 1) == '-' || !text.startsWith("-----BEGIN ", at)) {
      return;
    }
    int label = at + "-----BEGIN ".length();
    int end = label;
    while (end - label < 40
        && (text.at(end) >= 'A' && text.at(end) <= 'Z' || text.at(end) == ' ')) {
      end++;
    }
    if (!text.slice(label, end).endsWith("PRIVATE KEY") || !text.startsWith("-----", end)) {
      return;
    }
    end += 5;
    int body = end;
    while (end - body < LONGEST_PEM && !text.startsWith("-----", end) && end < text.length) {
      end++;
    }
    if (text.startsWith("-----END ", end)) {
      int close = end + 9;
      while (close - end < 60 && !text.startsWith("-----", close)) {
        close++;
      }
      end = text.startsWith("-----", close) ? close + 5 : end;
    }
    text.add(Kind.PRIVATE_KEY, at, end);
    text.keyEnd = end;
  }
}
