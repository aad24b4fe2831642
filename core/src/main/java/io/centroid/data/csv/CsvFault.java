package io.centroid.data.csv;

/** A field that is not what its reader asks; who knows the file adds path and line. */
public final class CsvFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int column;

  /**
   * @param column the field's, from 0
   */
  public CsvFault(int column, String message) {
    super(message, null, false, false);
    this.column = column;
  }

  int column() {
    return column;
  }
}
