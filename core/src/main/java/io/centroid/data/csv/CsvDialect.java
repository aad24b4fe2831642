package io.centroid.data.csv;

import io.centroid.io.decoding.TextEncoding;
import io.centroid.io.decoding.TextFormat;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

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

  /** More than the columns of any header. */
  private static final int FITS = 1 << 30;

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

  /** The header line and the first row of a file; the row is empty if it is unknown. */
  record Sample(String header, String row) {}

  /** The delimiter of a file of which only the header line is known. */
  public char delimiterOf(String path, String header) {
    return delimiterOf(path, candidate -> new Sample(header, ""));
  }

  /**
   * The delimiter of a file: the one that is set, a tab for {@code .tsv}, or the one that splits
   * the header line into the most columns, of which the first row has as many.
   *
   * @param samples the sample for a delimiter, which decides which quotes are those of fields
   */
  char delimiterOf(String path, Function<Character, Sample> samples) {
    List<Character> candidates = candidates(path);
    char best = candidates.get(0);
    int most = 0;
    for (char candidate : candidates) {
      Sample sample = samples.apply(candidate);
      int columns = CsvQuotes.fields(sample.header(), candidate);
      boolean fits =
          !sample.row().isEmpty() && CsvQuotes.fields(sample.row(), candidate) == columns;
      int score = columns < 2 ? 0 : fits ? columns + FITS : columns;
      if (score > most) {
        most = score;
        best = candidate;
      }
    }
    return best;
  }

  /** The characters of which one is the delimiter. */
  List<Character> candidates(String path) {
    if (delimiter != AUTO) {
      return List.of(delimiter);
    }
    return TextFormat.TSV.isOf(path) ? List.of('\t') : DETECTED;
  }
}
