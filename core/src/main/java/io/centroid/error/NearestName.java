package io.centroid.error;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the known name that a mistyped one is nearest to, by Levenshtein distance. */
public final class NearestName {
  private static final int MOST_SHOWN = 10;
  private static final int MOST_COMPARED = 100;
  private static final int SHORTEST_PART = 3;

  private NearestName() {}

  /**
   * The nearest name; case and characters other than letters and digits count little. Empty if none
   * is similar: at most half of the name's letters and digits differ, without the groups before a
   * dot that both begin with, or it is a part of the other between such characters, as {@code
   * epochs} is of {@code train.epochs}, or has the initials of its words.
   */
  public static Optional<String> of(String name, Collection<String> known) {
    return known.stream()
        .filter(candidate -> isSimilar(name, candidate))
        .min(
            Comparator.<String>comparingInt(candidate -> distance(plain(name), plain(candidate)))
                .thenComparingInt(candidate -> distance(name, candidate))
                .thenComparingInt(candidate -> -commonStart(name, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static boolean isSimilar(String name, String candidate) {
    // Groups that both begin with make no keys similar: data.csv.test is not data.csv.target.
    int groups = name.lastIndexOf('.', commonStart(name, candidate) - 1) + 1;
    String plain = plain(name.substring(groups));
    String other = candidate.substring(groups);
    return !plain.isEmpty()
        && (2 * distance(plain, plain(other)) <= plain.length()
            || isPart(name, candidate)
            || plain.equals(initials(other)));
  }

  /** The first letters of the words of a name with several, as lr of learning-rate. */
  private static String initials(String name) {
    String[] words = name.toLowerCase(Locale.ROOT).split("-", -1);
    StringBuilder initials = new StringBuilder();
    for (String word : words) {
      initials.append(word.isEmpty() ? "" : word.substring(0, 1));
    }
    return words.length > 1 ? initials.toString() : "";
  }

  private static boolean isPart(String name, String candidate) {
    return name.length() >= SHORTEST_PART
        && Pattern.compile(
                "(?<![\\p{L}\\p{N}])" + Pattern.quote(name) + "(?![\\p{L}\\p{N}])",
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
            .matcher(candidate)
            .find();
  }

  /**
   * The end of a message on a name that is not there: a similar name, if there is one, and the
   * names there, of which the first ten are shown.
   *
   * @param candidates names of which a similar one is shown; empty for all
   * @param kind plural of what is named, such as columns
   */
  public static String among(
      String name, List<String> candidates, List<String> known, String kind) {
    if (known.isEmpty()) {
      return "there are no " + kind;
    }
    return of(name, candidates.isEmpty() ? known : candidates)
            .map(nearest -> "did you mean " + quote(nearest) + "? The ")
            .orElse("the ")
        + kind
        + " are "
        + list(known)
        + (known.size() > MOST_SHOWN ? " (" + known.size() + " in all)" : "");
  }

  /**
   * The setting that names what is not there, for {@link InputException#about}: with the similar
   * name, if there is one.
   */
  public static String setting(String key, String name, List<String> known) {
    return key + of(name, known).map(nearest -> "=" + nearest).orElse("");
  }

  /** The first ten names, quoted. */
  public static String list(List<String> names) {
    return String.join(", ", names.stream().limit(MOST_SHOWN).map(NearestName::quote).toList())
        + (names.size() > MOST_SHOWN ? ", ..." : "");
  }

  /** A name in single quotes, shortened. */
  public static String quote(String name) {
    return "'" + InputErrors.shorten(name) + "'";
  }

  private static int commonStart(String a, String b) {
    int same = 0;
    while (same < Math.min(a.length(), b.length()) && a.charAt(same) == b.charAt(same)) {
      same++;
    }
    return same;
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}.]", "");
  }

  /** Levenshtein distance of the first {@value #MOST_COMPARED} characters. */
  private static int distance(String name, String candidate) {
    String a = name.substring(0, Math.min(name.length(), MOST_COMPARED));
    String b = candidate.substring(0, Math.min(candidate.length(), MOST_COMPARED));
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
