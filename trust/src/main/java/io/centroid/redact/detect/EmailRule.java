package io.centroid.redact.detect;

import java.util.Set;

/**
 * E-mail addresses, at {@code @} or one of its encodings in URLs and HTML: a dot-atom (RFC 5322)
 * and a host name with a top-level domain, both also in other scripts (RFC 6531). Chinese, which is
 * written without spaces, is part of a host name only before a Chinese top-level domain, and the
 * local part only directly before the {@code @}, after words such as 邮箱 and 到.
 */
final class EmailRule {
  private static final int LONGEST_LOCAL = 256;
  private static final int LONGEST_CHINESE = 8;
  private static final int LONGEST_LABEL = 63;
  private static final int MOST_LABELS = 8;

  /** File names such as {@code icon@2x.png} are not addresses. */
  private static final Set<String> FILES =
      Set.of(
          "png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "json", "html", "xml", "java",
          "txt", "pdf");

  /** Last characters of what may precede a Chinese local part. */
  private static final String BEFORE = "箱件址到至给为是系";

  private static final Set<String> CHINESE = Set.of("中国", "中國", "公司", "网络", "网址", "香港", "台湾", "台灣");

  /** At {@code @}. */
  void match(Text text, int at) {
    match(text, at, at + 1);
  }

  /** At the number of an encoded {@code @}: {@code %40} or {@code &#64;}. */
  void matchEncoded(Text text, int at) {
    if (text.at(at - 1) == '%' && text.startsWith("40", at)) {
      match(text, at - 1, at + 2);
    } else if (text.startsWith("&#64;", at - 2)) {
      match(text, at - 2, at + 3);
    }
  }

  private static void match(Text text, int at, int host) {
    int start = localStart(text, at);
    // @user@host is an account, unless another address ends at the first @.
    if (start == at || text.at(start - 1) == '@' && text.emailEnd != start - 1) {
      return;
    }
    int end = domainEnd(text, host);
    if (end < 0) {
      return;
    }
    // git@github.com:org/repo names a repository.
    boolean repository = text.at(end) == ':' || text.at(end) == '/' || text.at(start - 1) == '/';
    if (!repository || !text.slice(start, at).equals("git")) {
      text.add(Kind.EMAIL, start, end);
      text.emailEnd = end;
    }
  }

  private static int localStart(Text text, int at) {
    int start = at;
    boolean chinese = Chars.isChinese(text.at(at - 1));
    while (chinese && at - start < LONGEST_CHINESE && isChinese(text.at(start - 1))) {
      start--;
    }
    if (chinese) {
      return start;
    }
    while (start > 0 && at - start < LONGEST_LOCAL && isLocal(text.at(start - 1))) {
      if (text.at(start - 1) == '.' && (start == at || text.at(start) == '.')) {
        break;
      }
      start--;
    }
    // The letter of an escape, such as that of \n in JSON, is not part of the address.
    boolean escape = text.at(start - 1) == '\\' && "nrtbf".indexOf(text.at(start)) >= 0;
    start += escape && start + 1 < at ? 1 : 0;
    while (start < at && !isLetter(text.at(start)) && !Chars.isWord(text.at(start))) {
      start++;
    }
    return start;
  }

  private static boolean isChinese(char c) {
    return (Chars.isChinese(c) || Chars.isDigit(c)) && BEFORE.indexOf(c) < 0;
  }

  private static boolean isLocal(char c) {
    return isLetter(c) || Chars.isDigit(c) || "_.-+%'&".indexOf(c) >= 0;
  }

  /** The end of the domain, after its last label of letters; -1 if there is none. */
  private static int domainEnd(Text text, int from) {
    int end = -1;
    int label = from;
    for (int count = 0; count < MOST_LABELS; count++) {
      int stop = label;
      boolean letters = true;
      while (stop - label <= LONGEST_LABEL && isHost(text.at(stop))) {
        letters &= isLetter(text.at(stop));
        stop++;
      }
      int size = stop - label;
      if (size == 0) {
        return chineseEnd(text, label, count > 0, end);
      }
      if (size > LONGEST_LABEL || text.at(label) == '-') {
        break;
      }
      boolean top = letters && size >= 2 || text.startsWith("xn--", label);
      if (count > 0 && top && text.at(stop - 1) != '-') {
        end = FILES.contains(text.lower(label, stop)) ? -1 : stop;
      }
      if (text.at(stop) != '.') {
        break;
      }
      label = stop + 1;
    }
    return end;
  }

  /** The end of a host name that is Chinese from a label on, otherwise {@code end}. */
  private static int chineseEnd(Text text, int label, boolean top, int end) {
    if (top && CHINESE.contains(text.slice(label, label + 2))) {
      return label + 2;
    }
    int stop = label;
    while (!top && stop - label < LONGEST_LABEL && Chars.isChinese(text.at(stop))) {
      stop++;
    }
    boolean known = text.at(stop) == '.' && CHINESE.contains(text.slice(stop + 1, stop + 3));
    return stop > label && known ? stop + 3 : end;
  }

  private static boolean isHost(char c) {
    return isLetter(c) || Chars.isDigit(c) || c == '-';
  }

  /** Letters of Latin and of other scripts with spaces between words. */
  private static boolean isLetter(char c) {
    return Chars.isLetter(c) || c > 'ɏ' && c < '\u2000' && Character.isLetter(c);
  }
}
