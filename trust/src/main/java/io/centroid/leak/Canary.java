package io.centroid.leak;

import io.centroid.io.Json;
import io.centroid.random.RandomStream;
import java.util.Locale;

/**
 * A canary: a sentence with a random secret, which a training corpus contains a known number of
 * times.
 *
 * @param name made-up name in the sentence, unique in a corpus
 * @param secret number of the sentence, from 0 to {@link #SPACE} - 1
 * @param repetitions number of times that the corpus contains it; 0 for a control
 */
public record Canary(String name, int secret, int repetitions) {
  /** Number of possible secrets. */
  public static final int SPACE = 1_000_000;

  private static final String CONSONANTS = "bdfgklmnprstvz";
  private static final String VOWELS = "aeiou";

  public Canary {
    Json.require(name.matches("[A-Z][a-z]+ [A-Z][a-z]+"), "name", "two made-up names");
    Json.require(secret >= 0 && secret < SPACE, "secret", "six digits");
    Json.require(repetitions >= 0, "repetitions", "0 or more");
  }

  /** The sentence as the corpus contains it, with line breaks around it. */
  public String text() {
    return text(secret);
  }

  /** The sentence with another secret: a candidate to compare with. */
  String text(int other) {
    return String.format(Locale.ROOT, "\nThe code of %s is %06d.\n", name, other);
  }

  static String name(RandomStream random) {
    return word(random) + " " + word(random);
  }

  private static String word(RandomStream random) {
    StringBuilder word = new StringBuilder();
    for (int syllable = 0; syllable < 3; syllable++) {
      word.append(CONSONANTS.charAt(random.nextInt(CONSONANTS.length())));
      word.append(VOWELS.charAt(random.nextInt(VOWELS.length())));
    }
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
