package io.centroid.data.csv;

/** An invalid field of a CSV record; the caller adds path and line. */
public final class CsvFieldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int column;
  private final String concealed;

  /**
   * @param column index of the column, from 0
   */
  public CsvFieldException(int column, String message) {
    this(column, message, message);
  }

  /**
   * @param column index of the column, from 0
   * @param concealed the message without content of the file
   */
  CsvFieldException(int column, String message, String concealed) {
    super(message, null, false, false);
    this.column = column;
    this.concealed = concealed;
  }

  int column() {
    return column;
  }

  String concealed() {
    return concealed;
  }
}
