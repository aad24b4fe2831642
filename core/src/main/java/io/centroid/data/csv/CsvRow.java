package io.centroid.data.csv;

import io.centroid.data.SourceSchema;

/**
 * A parser of rows of numbers, which reuses its arrays. Fields are numbers, optionally with spaces
 * or quotes around them. Not thread-safe.
 */
final class CsvRow implements CsvRecords.Fields {
  private static final int LONGEST_QUOTE = 24;

  private final CsvHeader header;
  private final CsvFormat format;
  private final byte[] pixels;
  private final float[] numbers;
  private float target = Float.NaN;
  private int feature;

  CsvRow(CsvHeader header, CsvFormat format) {
    this.header = header;
    this.format = format;
    boolean images = format.features() == SourceSchema.FeatureKind.PIXELS;
    this.pixels = new byte[images ? header.features() : 0];
    this.numbers = new float[images ? 0 : header.features()];
  }

  byte[] pixels() {
    return pixels;
  }

  float[] numbers() {
    return numbers;
  }

  /** Target of the last row; NaN if the file is unlabeled. */
  float target() {
    return target;
  }

  /**
   * Parses a line without its terminator.
   *
   * @throws CsvFieldException if it is not a row of the table
   */
  void parse(String line) {
    if (pixels.length > 0 && isPlainImage(line)) {
      return;
    }
    feature = 0;
    CsvRecords records = new CsvRecords(line, CsvFormat.DELIMITER, this);
    boolean found = records.next();
    int columns = records.count();
    if (found && columns != header.columns()) {
      throw new CsvFieldException(
          Math.min(columns, header.columns()),
          "the line has " + columns + " columns, expected " + header.columns());
    }
    if (!found || records.next()) {
      throw new CsvFieldException(
          0, "expected a row, found a control character that is not a line end");
    }
  }

  /**
   * Parses a line of only digits and commas, the usual form of images, in about half the time of
   * the general parser. False if the line has another form or is invalid.
   */
  private boolean isPlainImage(String line) {
    int column = 0;
    int digits = 0;
    int value = 0;
    feature = 0;
    for (int at = 0; at <= line.length(); at++) {
      char next = at < line.length() ? line.charAt(at) : CsvFormat.DELIMITER;
      if (next != CsvFormat.DELIMITER) {
        int digit = next - '0';
        if (digit < 0 || digit > 9) {
          return false;
        }
        value = value * 10 + digit;
        digits++;
      } else if (digits == 0 || digits > 3 || !takes(column, value)) {
        return false;
      } else {
        column++;
        digits = 0;
        value = 0;
      }
    }
    return column == header.columns();
  }

  private boolean takes(int column, int value) {
    if (column == header.target()) {
      target = value;
      return format.targetKind() == CsvFormat.TargetKind.REAL || value < classes();
    }
    boolean pixel = value <= 255 && feature < pixels.length;
    if (pixel) {
      pixels[feature++] = (byte) value;
    }
    return pixel;
  }

  private int classes() {
    return format.classes() > 0 ? format.classes() : CsvFormat.MOST_CLASSES;
  }

  @Override
  public void field(int column, char[] buffer, int offset, int length, boolean quoted) {
    if (column == header.target()) {
      target =
          switch (format.targetKind()) {
            case CLASS -> classNumber(column, buffer, offset, length, quoted);
            case REAL -> number(column, buffer, offset, length, quoted);
          };
    } else if (feature < pixels.length) {
      pixels[feature++] = pixel(column, buffer, offset, length, quoted);
    } else if (feature < numbers.length) {
      numbers[feature++] = number(column, buffer, offset, length, quoted);
    }
  }

  private byte pixel(int column, char[] buffer, int offset, int length, boolean quoted) {
    int value = integer(text(buffer, offset, length, quoted));
    if (value < 0 || value > 255) {
      throw error(column, "an integer 0..255", buffer, offset, length);
    }
    return (byte) value;
  }

  private float classNumber(int column, char[] buffer, int offset, int length, boolean quoted) {
    int value = integer(text(buffer, offset, length, quoted));
    if (value < 0 || value >= classes()) {
      throw error(column, "a class, an integer 0.." + (classes() - 1), buffer, offset, length);
    }
    return value;
  }

  private float number(int column, char[] buffer, int offset, int length, boolean quoted) {
    float single = (float) NumberText.parse(text(buffer, offset, length, quoted));
    if (!Float.isFinite(single)) {
      throw error(column, "a finite number", buffer, offset, length);
    }
    return single;
  }

  /** An integer of up to nine digits, or -1. */
  private static int integer(String text) {
    double parsed = NumberText.parse(text);
    boolean whole = parsed >= 0 && parsed < 1e9 && parsed == Math.rint(parsed);
    boolean plain = text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0;
    return whole && plain ? (int) parsed : -1;
  }

  /** A field without surrounding spaces, except those inside quotes. */
  private static String text(char[] buffer, int offset, int length, boolean quoted) {
    int from = offset;
    int to = offset + length;
    while (!quoted && from < to && isSpace(buffer[from])) {
      from++;
    }
    while (!quoted && from < to && isSpace(buffer[to - 1])) {
      to--;
    }
    return new String(buffer, from, to - from);
  }

  private static CsvFieldException error(
      int column, String expected, char[] buffer, int offset, int length) {
    String shown = new String(buffer, offset, Math.min(length, LONGEST_QUOTE));
    return new CsvFieldException(
        column,
        "expected "
            + expected
            + ", found '"
            + shown.replaceAll("[^ -~]", "?")
            + (length > LONGEST_QUOTE ? "...'" : "'"));
  }

  private static boolean isSpace(char value) {
    return value == ' ' || value == '\t';
  }
}
