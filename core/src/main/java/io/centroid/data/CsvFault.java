package io.centroid.data;

/** A field that is not what the format asks; the source adds path and line number. */
final class CsvFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final int column;

  /**
   * @param column the field's number, from 1
   */
  CsvFault(int column, String message) {
    super(message, null, false, false);
    this.column = column;
  }

  int column() {
    return column;
  }
}
