package io.centroid.data.csv;

/** An invalid field of a CSV record; the caller adds path and line. */
public final class CsvFieldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int column;

  /**
   * @param column index of the column, from 0
   */
  public CsvFieldException(int column, String message) {
    super(message, null, false, false);
    this.column = column;
  }

  int column() {
    return column;
  }
}
