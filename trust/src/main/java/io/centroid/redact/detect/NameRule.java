package io.centroid.redact.detect;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names of persons in English at a capital letter: after a title, after words such as "my name is",
 * or a given name of the dictionary and a surname.
 */
final class NameRule {
  private static final Set<String> TITLES =
      Set.of("mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "madam", "mx");

  private static final int MOST_PARTICLES = 3;
  private static final int LONGEST_PARTICLE = 3;
  private static final Set<String> PARTICLES =
      Set.of(
          """
          de la del di da dos van der den von zu le bin al
          """
              .split("\\s+"));

  private static final List<String> CONTEXTS =
      List.of(
          "my name is ",
          "name is ",
          "i am ",
          "i'm ",
          "named ",
          "called ",
          "name: ",
          "signed by ",
          "dear ",
          "hi ",
          "hello ",
          "thanks, ",
          "from: ",
          "author: ",
          "attn: ",
          "regards, ",
          "sincerely, ",
          "contact: ",
          "patient: ",
          "customer: ",
          "employee: ");

  /** Capital words that follow a given name and are no surname. */
  private static final Set<String> OTHERS =
      Set.of(
          """
          street st avenue road university college river city county park airport
          hospital school island lake bay inc ltd llc corp company group bank museum
          library station bridge square day monday tuesday wednesday thursday friday
          saturday sunday january february march april may june july august september
          october november december award prize cup act law hall house i the and he
          she it we they if when valley beach hotel theorem tower foundation institute
          stadium version hilton
          """
              .split("\\s+"));

  /** Surnames that are also words or names of places. */
  private static final Set<String> WORDS =
      Set.of(
          """
          king hill green young white black brown gray west wood long stone price lane
          hall fox mills ford rice hunter hunt baker cook bell ward cross cruz reed
          day may park parker major jordan jackson washington hamilton lincoln warren
          austin jersey gardner porter carpenter fisher page berry hart holmes dean
          palmer webb cole payne marshall lawrence kent carter scott ross wright cox
          love bishop grant chase glass banks summers winter
          """
              .split("\\s+"));

  private final Set<String> given;
  private final Set<String> surnames;

  NameRule(Names names) {
    this.given = new HashSet<>(names.given());
    this.surnames = new HashSet<>(names.surnames());
  }

  void match(Text text, int at) {
    char previous = text.at(at - 1);
    if (!text.wants(Kind.NAME)
        || !text.startsWord(at)
        || previous == '@'
        || previous == '/'
        || !Chars.isLower(text.at(at + 1))) {
      return;
    }
    int end = wordEnd(text, at);
    if (end == 0) {
      return;
    }
    String word = text.lower(at, end);
    if (TITLES.contains(word)) {
      titled(text, text.at(end) == '.' ? end + 1 : end);
      return;
    }
    if (fullName(text, at, end, word)) {
      return;
    }
    int next = nextName(text, end);
    if (next > 0 && isGiven(word)) {
      int last = lastName(text, next);
      if (last > 0) {
        text.add(Kind.NAME, at, last);
        return;
      }
    }
    if (next > 0
        && previous == ' '
        && Chars.isLower(text.at(at - 2))
        && isBeforeSurname(text, word, next)) {
      text.add(Kind.NAME, at, more(text, next));
      return;
    }
    boolean first = previous == ' ' || previous == '：';
    if (first && !OTHERS.contains(word) && introduced(text, at, word, next)) {
      text.add(Kind.NAME, at, next > 0 ? more(text, next) : end);
    }
  }

  /** Whether an unknown given name within a sentence precedes a surname that is not a word, too. */
  private boolean isBeforeSurname(Text text, String word, int next) {
    String surname = following(text, next);
    return surnames.contains(surname)
        && !WORDS.contains(surname)
        && !given.contains(surname)
        && !OTHERS.contains(word)
        && !surnames.contains(word);
  }

  /** A name whose surname is of the dictionary: on the next line, or before the given name. */
  private boolean fullName(Text text, int at, int end, String word) {
    boolean line = text.at(end) == '\n' && given.contains(word);
    boolean comma = text.startsWith(", ", end) && surnames.contains(word);
    int next = line ? end + 1 : end + 2;
    boolean known =
        line && surnames.contains(following(text, next))
            || comma && given.contains(following(text, next));
    if (known && Chars.isUpper(text.at(next))) {
      text.add(Kind.NAME, at, wordEnd(text, next));
      return true;
    }
    return false;
  }

  /** A given name and a surname of the dictionaries in capitals, as in forms. */
  void matchCapitals(Text text, int at) {
    int end = wordEnd(text, at);
    if (end == 0 || text.at(end) != ' ' || !given.contains(text.lower(at, end))) {
      return;
    }
    int next = initial(text, end + 1) ? end + 4 : end + 1;
    int last = wordEnd(text, next);
    if (last > 0 && Chars.isUpper(text.at(next + 1)) && surnames.contains(text.lower(next, last))) {
      text.add(Kind.NAME, at, last);
    }
  }

  /** Whether a word is a given name of the dictionary, also with accents or of two parts. */
  private boolean isGiven(String word) {
    int dash = word.indexOf('-');
    String first = dash > 0 ? word.substring(0, dash) : word;
    if (given.contains(first)) {
      return true;
    }
    return first.chars().anyMatch(c -> c >= 0x80)
        && given.contains(Normalizer.normalize(first, Form.NFD).replaceAll("\\p{M}", ""));
  }

  private static void titled(Text text, int end) {
    int start = text.at(end) == ' ' ? end + 1 : 0;
    boolean title = TITLES.contains(following(text, start));
    if (start > 0 && !title && capitalized(text, start)) {
      text.add(Kind.NAME, start, more(text, start));
    }
  }

  /** The end of up to three names from one on; initials count as names. */
  private static int more(Text text, int start) {
    int end = start;
    int next = start;
    for (int names = 0; names < 3 && next > 0; names++) {
      int stop = initial(text, next) ? next + 2 : wordEnd(text, next);
      boolean other = stop == 0 || OTHERS.contains(text.lower(next, stop));
      if (other && names > 0) {
        break;
      }
      end = stop == 0 ? text.wordEnd(next, 32) : stop;
      next = nextName(text, end);
    }
    return end;
  }

  /** The start of the capital word or initial after one space and particles, 0 if there is none. */
  private static int nextName(Text text, int end) {
    int start = text.at(end) == ' ' ? end + 1 : 0;
    for (int i = 0; i < MOST_PARTICLES && start > 0 && Chars.isLower(text.at(start)); i++) {
      int stop = text.wordEnd(start, LONGEST_PARTICLE + 1);
      boolean particle = text.at(stop) == ' ' && PARTICLES.contains(text.slice(start, stop));
      start = particle ? stop + 1 : 0;
    }
    return start > 0 && (initial(text, start) || capitalized(text, start)) ? start : 0;
  }

  private static boolean initial(Text text, int at) {
    return Chars.isUpper(text.at(at)) && text.at(at + 1) == '.' && text.at(at + 2) == ' ';
  }

  private static boolean capitalized(Text text, int at) {
    char second = text.at(at + 1);
    return Chars.isUpper(text.at(at))
        && (Chars.isLower(second)
            || (second == '\'' || second == '’') && Chars.isUpper(text.at(at + 2)));
  }

  /** The end of a surname after a given name, with initials and a second given name; 0 if none. */
  private int lastName(Text text, int from) {
    int next = from;
    if (initial(text, next)) {
      next += 3;
    }
    int end = capitalized(text, next) ? wordEnd(text, next) : 0;
    if (end == 0) {
      return 0;
    }
    String word = text.lower(next, end);
    int second = nextName(text, end);
    if (second > 0 && given.contains(word) && !initial(text, second)) {
      int stop = wordEnd(text, second);
      String last = text.lower(second, Math.max(second, stop));
      return stop > 0 && surnames.contains(last) ? stop : end;
    }
    boolean place = second > 0 && OTHERS.contains(text.lower(second, text.wordEnd(second, 32)));
    return !place && !OTHERS.contains(word) ? end : 0;
  }

  /** Whether words before introduce a name; a single word must be in a dictionary. */
  private boolean introduced(Text text, int at, String word, int next) {
    int colon = text.at(at - 1) == ' ' ? at - 2 : at - 1;
    if (":：".indexOf(text.at(colon)) >= 0 && ChineseNameRule.isLabel(text, colon)) {
      return true;
    }
    String before = text.before(at, 16);
    for (String context : CONTEXTS) {
      if (before.endsWith(context)) {
        boolean sure = context.contains("name is") || context.endsWith(": ");
        return sure || given.contains(word) || next > 0 && surnames.contains(following(text, next));
      }
    }
    return false;
  }

  private static String following(Text text, int next) {
    return text.lower(next, Math.max(next, wordEnd(text, next)));
  }

  /**
   * The end of a capitalized word with apostrophes and dashes between capitals; 0 if not a word.
   */
  private static int wordEnd(Text text, int from) {
    int end = from + 1;
    while (end - from < 32) {
      char c = text.at(end);
      boolean joined = (c == '\'' || c == '-' || c == '’') && Chars.isUpper(text.at(end + 1));
      if (!Chars.isLetter(c) && !joined) {
        break;
      }
      end++;
    }
    return Chars.isWord(text.at(end)) || text.at(end) == '@' ? 0 : end;
  }
}
