package io.centroid.redact.detect;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Finds personal data in documents. One pass over the characters of a document asks rules at rare
 * triggers: an {@code @}, a colon, a dot, the first digit of a number, a capital letter, some
 * characters of Chinese. Each rule reads a bounded number of characters there, so the time is
 * linear.
 */
public final class Detection {
  /**
   * A finding in a document.
   *
   * @param start index of the first UTF-16 unit
   * @param end index after the last UTF-16 unit
   */
  public record Span(Kind kind, int start, int end) {}

  /** Chinese numerals in dates, those of 0 to 9 first. */
  public static final String CHINESE_NUMERALS = "〇一二三四五六七八九零○十廿卅";

  private static final byte SKIP = 0;
  private static final byte DIGIT = 1;
  private static final byte UPPER = 2;
  private static final byte AT = 3;
  private static final byte COLON = 4;
  private static final byte DASH = 5;
  private static final byte UNDERSCORE = 6;
  private static final byte HOUSE = 7;
  private static final byte SURNAME = 8;
  private static final byte EQUALS = 9;
  private static final byte CALLED = 10;
  private static final byte WORD = 11;
  private static final byte DOT = 12;
  private static final byte YEAR = 13;

  /** Fewest characters that stay of a span that overlaps another. */
  private static final int LEAST_REST = 4;

  private static final Comparator<Span> PRIORITY =
      Comparator.comparing(Span::kind)
          .thenComparing(span -> span.start() - span.end())
          .thenComparing(Span::start);

  private final EnumSet<Kind> kinds;
  private final List<Function<String, List<Span>>> more;
  private final byte[] classes = new byte[0x10000];
  private final EmailRule email = new EmailRule();
  private final CredentialRule credential = new CredentialRule();
  private final NetworkRule network = new NetworkRule();
  private final NumberRule number = new NumberRule();
  private final LetterIdRule letters = new LetterIdRule();
  private final SecretRule secret = new SecretRule();
  private final BirthDateRule birth = new BirthDateRule();
  private final StreetRule street = new StreetRule();
  private final ChineseAddressRule chineseAddress = new ChineseAddressRule();
  private final PhoneRule phone;
  private final NameRule name;
  private final ChineseNameRule chineseName;

  /**
   * Creates a detection, which threads may share.
   *
   * @param kinds kinds to find
   * @param regions regions whose national telephone numbers are found, such as {@code US}
   * @param more other detectors, such as one with a model, which threads share, too
   */
  public Detection(
      Set<Kind> kinds, List<String> regions, Names names, List<Function<String, List<Span>>> more) {
    this.kinds = EnumSet.noneOf(Kind.class);
    this.kinds.addAll(kinds);
    this.more = List.copyOf(more);
    this.phone = new PhoneRule(List.copyOf(regions));
    this.name = new NameRule(names);
    ChineseNameRule chinese = new ChineseNameRule(names);
    this.chineseName = chinese;
    for (char c = 0; c < 0xffff; c++) {
      classes[c] = classOf(c, chinese);
    }
  }

  private byte classOf(char c, ChineseNameRule chinese) {
    if (Chars.isDigit(c)) {
      return DIGIT;
    }
    if (Chars.isUpper(c)) {
      return UPPER;
    }
    return switch (c) {
      case '@' -> AT;
      case ':' -> COLON;
      case '叫' -> CALLED;
      case '=', '：', '为', '是' -> EQUALS;
      case '-' -> DASH;
      case '_' -> UNDERSCORE;
      case '号' -> HOUSE;
      case 'w' -> WORD;
      case '.' -> DOT;
      case '年' -> YEAR;
      default -> kinds.contains(Kind.NAME) && chinese.starts(c) ? SURNAME : SKIP;
    };
  }

  /** A value as the rules see it: the same for full-width and other forms of its characters. */
  public static String folded(String value) {
    return Text.folded(value);
  }

  /** Whether all of the value of a field or column is a secret, by a name such as "password". */
  public static boolean isSecretField(String name) {
    return CredentialRule.isSecretField(name);
  }

  /** Length of the known prefix of an API key, which says whose key it is; 0 if it has none. */
  public static int keyPrefix(String key) {
    return SecretRule.prefix(key);
  }

  /** Finds spans that do not overlap, in the order of the document. */
  public List<Span> find(String document) {
    Text text = new Text(document, kinds);
    scan(text);
    for (Function<String, List<Span>> detector : more) {
      text.spans().addAll(detector.apply(document));
    }
    return resolve(document, text.spans());
  }

  /** Asks the rules at their triggers. */
  void scan(Text text) {
    for (int i = 0; i < text.length; i++) {
      byte type = classes[text.at(i)];
      if (type != SKIP) {
        match(text, i, type);
      }
    }
  }

  private void match(Text text, int at, byte type) {
    switch (type) {
      case DIGIT -> digit(text, at);
      case UPPER -> upper(text, at);
      case AT -> email.match(text, at);
      case COLON -> {
        network.match(text, at);
        value(text, at);
      }
      case EQUALS -> value(text, at);
      case WORD -> credential.match(text, at);
      case DOT -> network.match(text, at);
      case YEAR -> {
        birth.matchChinese(text, at);
        chineseName.match(text, at);
      }
      case UNDERSCORE -> secret.match(text, at);
      case CALLED -> chineseName.matchLabeled(text, at);
      case DASH -> {
        credential.match(text, at);
        secret.match(text, at);
        network.match(text, at);
      }
      case HOUSE -> chineseAddress.match(text, at);
      default -> chineseName.match(text, at);
    }
  }

  /** At the mark between a label and a value. */
  private void value(Text text, int at) {
    if (!credential.match(text, at)) {
      secret.match(text, at);
    }
    chineseName.matchLabeled(text, at);
  }

  /** At the first digit of a run. */
  private void digit(Text text, int at) {
    char previous = text.at(at - 1);
    if (Chars.isDigit(previous)) {
      return;
    }
    secret.match(text, at);
    if (previous == '%' || previous == '#') {
      email.matchEncoded(text, at);
    }
    if (!text.startsWord(at)) {
      letters.matchSmall(text, at);
      return;
    }
    number.match(text, at);
    phone.match(text, at);
    network.match(text, at);
    birth.match(text, at);
    street.match(text, at);
  }

  /** At a capital letter: the first of a word, or one in a token. */
  private void upper(Text text, int at) {
    char c = text.at(at);
    if (c == 'J' && text.at(at - 1) == 'y') {
      secret.match(text, at);
    }
    if (c == 'W') {
      credential.match(text, at);
    }
    if (!text.startsWord(at)) {
      return;
    }
    if (c == 'A' || c == 'S') {
      secret.match(text, at);
    }
    char next = text.at(at + 1);
    if (Chars.isLower(next) || next == '\'') {
      birth.match(text, at);
      name.match(text, at);
      street.match(text, at);
    } else {
      letters.match(text, at);
      name.matchCapitals(text, at);
    }
  }

  /**
   * Removes what overlaps a span of higher priority, or a longer one of the same kind. What is
   * before one of higher priority stays; of names and addresses, whose words are personal data on
   * their own, the rest on both sides stays.
   */
  private static List<Span> resolve(String document, List<Span> found) {
    if (found.size() < 2) {
      return List.copyOf(found);
    }
    TreeMap<Integer, Span> kept = new TreeMap<>();
    found.sort(PRIORITY);
    for (Span span : found) {
      boolean words = span.kind() == Kind.NAME || span.kind() == Kind.ADDRESS;
      Map.Entry<Integer, Span> before = kept.floorEntry(span.start());
      int from = before == null ? span.start() : Math.max(span.start(), before.getValue().end());
      if (from > span.start() && !words) {
        continue;
      }
      while (from < span.end()) {
        Map.Entry<Integer, Span> next = kept.ceilingEntry(from);
        boolean last = next == null || next.getKey() >= span.end();
        int to = last ? span.end() : next.getKey();
        if (last || words || next.getValue().kind() != span.kind()) {
          keep(document, span, from, to, kept);
        }
        from = last || !words ? span.end() : next.getValue().end();
      }
    }
    return List.copyOf(kept.values());
  }

  /** Keeps a part of a span, without the separators at its cut ends, if it is not too short. */
  private static void keep(
      String document, Span span, int from, int to, TreeMap<Integer, Span> kept) {
    int start = from;
    int end = to;
    while (start > span.start()
        && start < end
        && !Character.isLetterOrDigit(document.charAt(start))) {
      start++;
    }
    while (end < span.end() && start < end && Character.isWhitespace(document.charAt(end - 1))) {
      end--;
    }
    boolean whole = start == span.start() && end == span.end();
    if (whole || end - start >= LEAST_REST) {
      kept.put(start, new Span(span.kind(), start, end));
    }
  }
}
