package io.centroid.config;

import java.util.Collection;
import java.util.Comparator;

/** Finds the known key that a mistyped one is nearest to, by Levenshtein distance. */
final class NearestKey {
  private NearestKey() {}

  static String of(String key, Collection<String> known) {
    return known.stream()
        .min(
            Comparator.<String>comparingInt(candidate -> distance(key, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  private static int distance(String a, String b) {
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
