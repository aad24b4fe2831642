package io.centroid.redact.detect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Dictionaries of names, in lower case.
 *
 * @param given English given names
 * @param surnames English surnames
 * @param chineseSurnames Chinese surnames of one or two characters
 * @param chineseGiven characters of Chinese given names
 * @param chineseFull Chinese names that are found wherever they occur
 */
public record Names(
    List<String> given,
    List<String> surnames,
    List<String> chineseSurnames,
    List<String> chineseGiven,
    List<String> chineseFull) {
  /** The dictionaries of common names in English and Chinese. */
  public static final Names COMMON =
      new Names(
          words("given-en.txt"),
          words("surnames-en.txt"),
          words("surnames-zh.txt"),
          words("given-zh.txt"),
          List.of());

  /**
   * These names and more.
   *
   * @param more {@code Given Surname} in English, or Chinese names
   */
  public Names with(List<String> more) {
    List<String> moreGiven = new ArrayList<>(given);
    List<String> moreSurnames = new ArrayList<>(surnames);
    List<String> full = new ArrayList<>(chineseFull);
    for (String name : more) {
      List<String> words = List.of(name.strip().toLowerCase(Locale.ROOT).split("\\s+"));
      if (isChinese(name)) {
        full.add(words.get(0));
      } else {
        moreGiven.addAll(words.subList(0, words.size() - 1));
        moreSurnames.add(words.get(words.size() - 1));
      }
    }
    return new Names(moreGiven, moreSurnames, chineseSurnames, chineseGiven, full);
  }

  /** Whether a line of a dictionary is a Chinese name, or has a given name and a surname. */
  public static boolean isFullName(String line) {
    String name = line.strip();
    return isChinese(name) ? name.length() > 1 : name.split("\\s+").length > 1;
  }

  private static boolean isChinese(String name) {
    return !name.isEmpty() && Chars.isChinese(name.charAt(0));
  }

  private static List<String> words(String resource) {
    try (InputStream in = Names.class.getResourceAsStream(resource)) {
      String text =
          new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> !line.startsWith("#"))
          .flatMap(line -> List.of(line.strip().split("\\s+")).stream())
          .filter(word -> !word.isEmpty())
          .map(word -> word.toLowerCase(Locale.ROOT))
          .distinct()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
