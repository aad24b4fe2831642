package io.centroid.data.csv;

import io.centroid.io.decoding.TextEncoding;
import java.io.Serializable;

/**
 * The rows of a table that have the same value in a column, which need not be one that a model
 * reads.
 *
 * @param value text of the field; {@link #MISSING} for all spellings of a missing value
 */
public record CsvGroup(String column, String value) implements Serializable {
  /** Stands for a missing value. */
  public static final String MISSING = "(missing)";

  /**
   * The value of the current row.
   *
   * @param column index of the column
   * @throws io.centroid.error.InputException if the row does not have the column, or its text is
   *     invalid
   */
  static String value(CsvLines lines, int column, TextEncoding encoding) {
    try {
      String text = lines.field(column);
      return Labels.isMissing(text) ? MISSING : Labels.decoded(column, text, encoding);
    } catch (CsvFieldException invalid) {
      throw lines.error(invalid);
    }
  }
}
