package io.centroid.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Byte-pair encoding as in OpenAI's encoder.py: the adjacent pair with the lowest rank is merged
 * everywhere, until no known pair is left. Slow, and independent of the code under test.
 */
public final class PlainBpe {
  private static final Pattern SPLIT =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+"
              + "| ?[^\\p{IsWhite_Space}\\p{L}\\p{N}]+"
              + "|\\p{IsWhite_Space}+(?!\\P{IsWhite_Space})|\\p{IsWhite_Space}+");

  private final Map<String, Integer> ids;
  private final Map<List<String>, Integer> ranks = new HashMap<>();

  public PlainBpe(Map<String, Integer> ids, List<String[]> merges) {
    this.ids = ids;
    merges.forEach(merge -> ranks.putIfAbsent(List.of(merge), ranks.size()));
  }

  public int[] encode(String text) {
    List<Integer> encoded = new ArrayList<>();
    for (Matcher word = SPLIT.matcher(text); word.find(); ) {
      for (String token : tokens(name(word.group()))) {
        encoded.add(ids.get(token));
      }
    }
    return encoded.stream().mapToInt(Integer::intValue).toArray();
  }

  public List<String> tokens(String word) {
    List<String> tokens = new ArrayList<>(List.of(word.split("")));
    while (true) {
      List<String> best = List.of();
      int lowest = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < tokens.size(); i++) {
        List<String> pair = List.of(tokens.get(i), tokens.get(i + 1));
        int rank = ranks.getOrDefault(pair, Integer.MAX_VALUE);
        if (rank < lowest) {
          best = pair;
          lowest = rank;
        }
      }
      if (best.isEmpty()) {
        return tokens;
      }
      List<String> joined = new ArrayList<>();
      for (int i = 0; i < tokens.size(); i++) {
        if (i + 1 < tokens.size()
            && tokens.get(i).equals(best.get(0))
            && tokens.get(i + 1).equals(best.get(1))) {
          joined.add(best.get(0) + best.get(1));
          i++;
        } else {
          joined.add(tokens.get(i));
        }
      }
      tokens = joined;
    }
  }

  private static String name(String word) {
    StringBuilder name = new StringBuilder();
    for (byte value : word.getBytes(StandardCharsets.UTF_8)) {
      name.append(character(value & 0xff));
    }
    return name.toString();
  }

  private static char character(int value) {
    List<Integer> printable = new ArrayList<>();
    for (int c = 0; c < 256; c++) {
      if ((c >= 33 && c <= 126) || (c >= 161 && c <= 172) || (c >= 174 && c <= 255)) {
        printable.add(c);
      }
    }
    if (printable.contains(value)) {
      return (char) value;
    }
    long before = printable.stream().filter(c -> c < value).count();
    return (char) (256 + value - before);
  }
}
