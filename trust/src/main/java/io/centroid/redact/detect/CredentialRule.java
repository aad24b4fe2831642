package io.centroid.redact.detect;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Passwords: in URLs (RFC 3986, section 3.2.1), after words such as "password", in headers of HTTP
 * (RFC 7617, RFC 6750) and in arguments of curl.
 */
final class CredentialRule {
  private static final int LONGEST_SCHEME = 16;
  private static final int LONGEST_USER_INFO = 256;
  private static final int LONGEST_URL = 2048;

  /** Fewest letters of an authorization that is no word. */
  private static final int FEWEST_OF_TOKEN = 20;

  private static final int LONGEST_SENTENCE = 48;
  private static final int LONGEST_COMMAND = 160;

  private static final List<String> WORDS =
      List.of("password", "passwd", "pwd", "passphrase", "passcode", "密码", "密碼", "口令", "パスワード");

  /** Names whose quoted value is a secret if they are quoted, too, as in JSON. */
  private static final List<String> FIELDS =
      List.of("secret", "apikey", "api_key", "api-key", "access_key", "secret_key", "private_key");

  /** Names of fields and columns, in small letters and digits, whose values are secrets. */
  private static final List<String> SECRET_FIELDS =
      List.of(
          "password",
          "passwd",
          "pwd",
          "passphrase",
          "passcode",
          "secret",
          "token",
          "apikey",
          "accesskey",
          "secretkey",
          "privatekey",
          "密码",
          "密碼",
          "口令",
          "密钥",
          "密鑰",
          "令牌",
          "パスワード");

  /** Last characters of the words above and of "authorization". */
  private static final String LAST = "detynDETYN码碼令ド";

  /** Words between "is" and a password. */
  private static final Set<String> FILLERS =
      Set.of("now", "still", "currently", "just", "set", "to", "changed");

  private static final Set<String> SCHEMES =
      Set.of("basic", "bearer", "token", "apikey", "key", "negotiate", "ntlm");

  /** Whether all of the value of a field or column is a secret, by its name. */
  static boolean isSecretField(String name) {
    StringBuilder plain = new StringBuilder();
    name.codePoints().filter(Character::isLetterOrDigit).forEach(plain::appendCodePoint);
    while (!plain.isEmpty() && Chars.isDigit(plain.charAt(plain.length() - 1))) {
      plain.setLength(plain.length() - 1);
    }
    String small = plain.toString().toLowerCase(Locale.ROOT);
    return SECRET_FIELDS.stream().anyMatch(small::endsWith);
  }

  /**
   * At a colon, an equals sign or 是, at the w or W of "password", or at a dash.
   *
   * @return whether a value was found to be a password, or to be none
   */
  boolean match(Text text, int at) {
    switch (text.at(at)) {
      case 'w', 'W' -> word(text, at);
      case '-' -> option(text, at);
      case ':' -> {
        return url(text, at) || labeled(text, at);
      }
      default -> {
        return labeled(text, at);
      }
    }
    return false;
  }

  /** At the colon of {@code ://}. */
  private static boolean url(Text text, int at) {
    if (text.at(at + 1) != '/' || text.at(at + 2) != '/') {
      return false;
    }
    int start = at;
    while (start > 0 && at - start < LONGEST_SCHEME && isScheme(text.at(start - 1))) {
      start--;
    }
    int colon = -1;
    for (int end = at + 3; start < at && end < at + LONGEST_USER_INFO; end++) {
      char c = text.at(end);
      if (c == ':' && colon < 0) {
        colon = end;
      } else if (c == '@' && colon > 0 && end > colon + 1) {
        text.add(Kind.URL_CREDENTIALS, start, urlEnd(text, end + 1));
        break;
      } else if (!isUrl(c) || "/?#".indexOf(c) >= 0 && isHost(text, at + 3, colon, end)) {
        break;
      }
    }
    return true;
  }

  /** Whether there is a host, with a port if there was a colon: a password may have a slash. */
  private static boolean isHost(Text text, int start, int colon, int end) {
    int digits = text.digits(colon + 1, end - colon - 1);
    return colon < 0 || text.at(start) == '[' || colon + 1 + digits == end;
  }

  private static int urlEnd(Text text, int from) {
    int end = from;
    while (end < from + LONGEST_URL && isUrl(text.at(end)) && !text.startsWith("://", end)) {
      end++;
    }
    while (end > from && ".,;:!?)'".indexOf(text.at(end - 1)) >= 0) {
      end--;
    }
    return end;
  }

  private static boolean isScheme(char c) {
    return Chars.isAlphanumeric(c) || c == '+' || c == '-' || c == '.';
  }

  private static boolean isUrl(char c) {
    return c > ' ' && c < 127 && c != '"' && c != '<' && c != '>' && c != '`';
  }

  /** A value after a word and a colon or an equals sign. */
  private static boolean labeled(Text text, int at) {
    int label = at;
    while (at - label < 8 && label > 0 && " \t\"'`\\是为".indexOf(text.at(label - 1)) >= 0) {
      label--;
    }
    boolean word = LAST.indexOf(text.at(label - 1)) >= 0;
    boolean chinese = !word && "：是为".indexOf(text.at(at)) >= 0 && isChineseLabel(text, label);
    if (!word && !chinese || text.at(at + 1) == ':' || text.at(at - 1) == ':') {
      return false;
    }
    String before = word ? text.before(label, 13) : "";
    int start = at + 1;
    while (start - at < 16 && " \t=>：".indexOf(text.at(start)) >= 0) {
      start++;
    }
    if (WORDS.stream().anyMatch(before::endsWith)) {
      if (!PasswordValue.quoted(text, start)) {
        PasswordValue.plain(
            text, start, text.at(at) == '=' && start == at + 1, isQuery(text, at, label));
      }
      return true;
    }
    if (before.endsWith("authorization")) {
      authorization(text, start);
    } else if (chinese) {
      PasswordValue.plain(text, start, false, false);
    } else if (label < at && FIELDS.stream().anyMatch(before::endsWith)) {
      return "\"'".indexOf(text.at(label)) >= 0 && PasswordValue.quoted(text, start);
    }
    return false;
  }

  /** Whether 密码 or 口令 and a few more Chinese characters are before an index. */
  private static boolean isChineseLabel(Text text, int end) {
    for (int i = end - 1; i > end - 12 && Chars.isChinese(text.at(i)); i--) {
      if (text.at(i) == '码' && text.at(i - 1) == '密'
          || text.at(i) == '令' && text.at(i - 1) == '口') {
        return true;
      }
    }
    return false;
  }

  /** Whether a word and an equals sign are a parameter of a URL after another one, or the first. */
  private static boolean isQuery(Text text, int at, int label) {
    int start = label;
    while (label - start < PasswordValue.LONGEST_NAME && PasswordValue.isName(text.at(start - 1))) {
      start--;
    }
    char previous = text.at(start - 1);
    return text.at(at) == '='
        && (previous == '?' || previous == '&' || text.startsWith("&amp;", start - 5));
  }

  /** At the w of a word: "the password for it is x", or the name of an element of XML. */
  private static void word(Text text, int at) {
    if ("sSpP".indexOf(text.at(at - 1)) < 0) {
      return;
    }
    String rest = text.lower(at, at + 4);
    int end = rest.equals("word") ? at + 4 : rest.startsWith("wd") ? at + 2 : at;
    char next = text.at(end);
    if (end == at || next != ' ' && next != '>') {
      return;
    }
    String before = text.before(end, 8);
    if (!before.equals("password") && !before.endsWith("passwd") && !before.endsWith("pwd")) {
      return;
    }
    if (next == '>') {
      element(text, end);
      return;
    }
    for (int i = end; i < end + LONGEST_SENTENCE && i < text.length; i++) {
      char c = text.at(i);
      boolean ends = "\n;。".indexOf(c) >= 0 || ".!?:".indexOf(c) >= 0 && text.at(i + 1) == ' ';
      String word = c == ' ' ? text.lower(i, i + 4) : "";
      int verb = word.startsWith(" is") ? i + 3 : word.equals(" was") ? i + 4 : i;
      if (ends) {
        return;
      }
      if (verb > i && (text.at(verb) == ' ' || text.at(verb) == ':')) {
        int start = text.at(verb) == ':' ? verb + 1 : verb;
        for (int words = 0; words < 4; words++) {
          start += text.at(start) == ' ' ? 1 : 0;
          int stop = text.wordEnd(start, 10);
          start = FILLERS.contains(text.lower(start, stop)) ? stop : start;
        }
        PasswordValue.match(text, start);
        return;
      }
    }
  }

  /** The text of an element whose start tag ends at an index. */
  private static void element(Text text, int at) {
    int name = at;
    while (at - name < PasswordValue.LONGEST_NAME && PasswordValue.isName(text.at(name - 1))) {
      name--;
    }
    int end = at + 1;
    while (end - at < PasswordValue.LONGEST
        && end < text.length
        && "<\n".indexOf(text.at(end)) < 0) {
      end++;
    }
    boolean opens = text.at(name - 1) == '<';
    if (opens && text.startsWith("</" + text.slice(name, at) + ">", end)) {
      PasswordValue.add(text, at + 1, end);
    }
  }

  /** The part of the header after the scheme. */
  private static void authorization(Text text, int at) {
    int scheme = at;
    while (scheme - at < 4 && "\"'\\".indexOf(text.at(scheme)) >= 0) {
      scheme++;
    }
    int start = text.wordEnd(scheme, 12);
    if (text.at(start) != ' ' || !SCHEMES.contains(text.lower(scheme, start))) {
      return;
    }
    start++;
    int end = start;
    while (Chars.isAlphanumeric(text.at(end)) || "-._~+/=:".indexOf(text.at(end)) >= 0) {
      end++;
    }
    while (end > start && ".:".indexOf(text.at(end - 1)) >= 0) {
      end--;
    }
    boolean sure = text.at(end - 1) == '=' || end - start >= FEWEST_OF_TOKEN;
    if (end - start >= PasswordValue.FEWEST && (sure || PasswordValue.isStrong(text, start, end))) {
      text.add(Kind.API_KEY, start, end);
    }
  }

  /** Arguments: {@code curl -u user:password}, and {@code --password x}. */
  private static void option(Text text, int at) {
    if (text.startsWith("-password ", at)) {
      int start = at + "-password ".length();
      PasswordValue.match(text, start);
      return;
    }
    boolean small = text.startsWith("-u", at) && text.at(at - 1) <= ' ';
    boolean full = text.startsWith("-user ", at) || text.startsWith("-user=", at);
    if (!small && !full || !text.before(at, LONGEST_COMMAND).contains("curl")) {
      return;
    }
    int start = full ? at + 6 : at + 2;
    start += text.at(start) == ' ' ? 1 : 0;
    char quote = text.at(start);
    boolean isQuoted = quote == '"' || quote == '\'';
    start += isQuoted ? 1 : 0;
    int colon = 0;
    int end = start;
    while (end - start < PasswordValue.LONGEST && end < text.length && text.at(end) != '\n') {
      char c = text.at(end);
      if (isQuoted ? c == quote : c <= ' ' || "\"'`".indexOf(c) >= 0) {
        break;
      }
      colon = c == ':' && colon == 0 ? end : colon;
      end++;
    }
    if (colon > start && end > colon + 1) {
      text.add(Kind.API_KEY, start, end);
    }
  }
}
