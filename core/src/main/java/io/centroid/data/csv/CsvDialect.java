package io.centroid.data.csv;

import io.centroid.io.decoding.TextEncoding;
import io.centroid.io.decoding.TextFormat;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the text of a table is written.
 *
 * @param delimiter character between fields; {@link #AUTO} to detect it from the header line
 * @param encoding encoding of a file without a byte-order mark
 * @param decimalComma whether numbers have a decimal comma
 */
public record CsvDialect(char delimiter, TextEncoding encoding, boolean decimalComma)
    implements Serializable {

  /** Stands for a delimiter that is detected. */
  public static final char AUTO = 0;

  /** A detected delimiter, UTF-8 and decimal points. */
  public static final CsvDialect DEFAULT = new CsvDialect(AUTO, TextEncoding.UTF_8, false);

  private static final Map<String, Character> NAMED =
      Map.of("auto", AUTO, "tab", '\t', "\\t", '\t', "comma", ',', "semicolon", ';', "pipe", '|');

  /** Delimiters that are detected, the first of equals wins. */
  private static final List<Character> DETECTED = List.of(',', '\t', ';', '|');

  /**
   * The delimiter of a name: auto, tab, comma, semicolon, pipe, or a character that numbers, names
   * and quoted fields do not contain.
   */
  public static Optional<Character> delimiter(String name) {
    Character named = NAMED.get(name);
    if (named != null) {
      return Optional.of(named);
    }
    boolean one = name.length() == 1 && name.charAt(0) > ' ' && name.charAt(0) < 0x7F;
    return one && !Character.isLetterOrDigit(name.charAt(0)) && !"\"'.+-_".contains(name)
        ? Optional.of(name.charAt(0))
        : Optional.empty();
  }

  /**
   * The delimiter of a file: the one that is set, a tab for {@code .tsv}, or the one that splits
   * the header line into the most columns, of which the first row has as many.
   *
   * @param row first row; empty if it is unknown
   */
  public char delimiterOf(String path, String header, String row) {
    if (delimiter != AUTO) {
      return delimiter;
    }
    if (TextFormat.TSV.isOf(path)) {
      return '\t';
    }
    char best = ',';
    int most = 0;
    for (char candidate : DETECTED) {
      int columns = count(header, candidate);
      boolean fits = row.isEmpty() || count(row, candidate) == columns;
      int score = columns < 2 ? 0 : fits ? columns + header.length() : columns;
      if (score > most) {
        most = score;
        best = candidate;
      }
    }
    return best;
  }

  /** The characters of which one is the delimiter. */
  String possibleDelimiters() {
    return delimiter != AUTO
        ? String.valueOf(delimiter)
        : DETECTED.stream().map(String::valueOf).collect(Collectors.joining());
  }

  /** Number of fields, quoted ones whole. */
  private static int count(String line, char delimiter) {
    int count = 1;
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      quoted ^= line.charAt(i) == '"';
      count += !quoted && line.charAt(i) == delimiter ? 1 : 0;
    }
    return count;
  }
}
