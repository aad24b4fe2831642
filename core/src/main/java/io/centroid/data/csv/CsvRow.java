package io.centroid.data.csv;

import io.centroid.data.ClassNames;
import io.centroid.data.SourceSchema;
import io.centroid.error.NearestName;
import io.centroid.io.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A parser of rows of numbers, which reuses its arrays. Fields are numbers or booleans, optionally
 * with spaces or quotes around them. Not thread-safe.
 */
final class CsvRow implements CsvRecords.Fields {
  private static final int LONGEST_QUOTE = 24;
  private static final int LONGEST_BOOLEAN = 5;

  private final CsvColumns columns;
  private final CsvFormat format;
  private final int[] slots;
  private final char delimiter;
  private final byte[] pixels;
  private final float[] numbers;
  private final PlainRow plain;
  private float target = Float.NaN;
  private int fields;

  CsvRow(CsvColumns columns, CsvFormat format) {
    this.columns = columns;
    this.format = format;
    this.slots = columns.slots();
    this.delimiter = columns.header().delimiter();
    boolean images = format.features() == SourceSchema.FeatureKind.PIXELS;
    this.pixels = new byte[images ? columns.features().size() : 0];
    this.numbers = new float[images ? 0 : columns.features().size()];
    this.plain = new PlainRow(this, columns, format);
  }

  byte[] pixels() {
    return pixels;
  }

  /** The features; NaN where a number is missing. */
  float[] numbers() {
    return numbers;
  }

  /** Target of the last row; NaN if the file is unlabeled. */
  float target() {
    return target;
  }

  /** Sets the target. */
  void target(float value) {
    target = value;
  }

  /**
   * Parses the row {@code from..to-1}, without its terminator.
   *
   * @throws CsvFieldException if it is not a row of the table
   */
  void parse(byte[] line, int from, int to) {
    if (!plain.parse(line, from, to)) {
      parse(new String(line, from, to - from, StandardCharsets.ISO_8859_1));
    }
  }

  /** Parses a row of one character per byte, since numbers are ASCII. */
  private void parse(String line) {
    CsvRecords records = new CsvRecords(line, delimiter, this);
    fields = 0;
    boolean found;
    try {
      found = records.next();
    } catch (CsvFieldException invalid) {
      throw explained(line, invalid);
    }
    int count = records.count();
    boolean terminated = columns.header().isTerminated() && count == slots.length + 1;
    if (found && count != slots.length && !terminated) {
      throw new CsvFieldException(
          Math.min(count, slots.length),
          "the row has " + count + " columns, expected " + slots.length);
    }
    if (!found || records.next()) {
      throw new CsvFieldException(
          0, "expected a row, found a control character that is not a line end");
    }
  }

  @Override
  public void field(int column, char[] buffer, int offset, int length, boolean quoted) {
    fields++;
    if (column == slots.length && columns.header().isTerminated()) {
      requireEmpty(column, text(buffer, offset, length, quoted));
    } else if (column < slots.length && slots[column] != CsvColumns.SKIPPED) {
      take(column, text(buffer, offset, length, quoted));
    }
  }

  /**
   * Takes the field of a column that is not skipped.
   *
   * @param text the field without quotes and the spaces around it
   * @throws CsvFieldException if it is invalid
   */
  void take(int column, String text) {
    int slot = slots[column];
    if (slot == CsvColumns.TARGET) {
      target =
          switch (format.targetKind()) {
            case CLASS -> classNumber(column, text);
            case REAL -> target(column, text);
          };
    } else if (pixels.length > 0) {
      pixels[slot] = pixel(column, text);
    } else {
      numbers[slot] = number(column, text);
    }
  }

  private static void requireEmpty(int column, String text) {
    if (!text.isBlank()) {
      throw error(column, "nothing in the last column, which has no name", text);
    }
  }

  private static byte pixel(int column, String text) {
    double value = NumberText.parse(text);
    boolean plain = text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0;
    if (!plain || !(value >= 0 && value <= 255)) {
      throw error(column, "an integer 0..255", text);
    }
    return (byte) value;
  }

  private float classNumber(int column, String text) {
    ClassNames names = format.names();
    if (names != null) {
      int number = names.number(Labels.name(column, text, columns.header().encoding()));
      if (number < 0) {
        throw error(column, "one of the classes " + names, text);
      }
      return number;
    }
    int plain = Labels.classNumber(text);
    int value = plain < 0 ? Labels.classNumber(ClassNames.name(text)) : plain;
    if (value < 0 || value >= format.classesOrMost()) {
      throw error(column, "a class, an integer " + ClassNames.range(format.classes()), text);
    }
    return value;
  }

  private float target(int column, String text) {
    float value = (float) decimal(text);
    if (!Float.isFinite(value)) {
      throw error(column, "a finite number", text);
    }
    return value;
  }

  private float number(int column, String text) {
    float value = (float) decimal(text);
    if (Float.isFinite(value)) {
      return value;
    }
    float truth = truth(text);
    if (Float.isNaN(truth) && !(format.imputes() && Labels.isMissing(text))) {
      throw error(column, "a finite number", text);
    }
    return truth;
  }

  /** 1 or 0 for a boolean, NaN for any other text. */
  private static float truth(String text) {
    return switch (text.length() > LONGEST_BOOLEAN ? "" : text.toLowerCase(Locale.ROOT)) {
      case "true", "yes" -> 1;
      case "false", "no" -> 0;
      default -> Float.NaN;
    };
  }

  private double decimal(String text) {
    if (!format.dialect().decimalComma()) {
      return NumberText.parse(text);
    }
    return text.indexOf('.') < 0 ? NumberText.parse(text.replace(',', '.')) : Double.NaN;
  }

  /** The error at a feature with what to do about it. */
  private CsvFieldException explained(String line, CsvFieldException invalid) {
    int column = invalid.column();
    if (fields == 0 || column != fields - 1 || column >= slots.length || slots[column] < 0) {
      return invalid;
    }
    List<String> row = fields(line);
    String advice = column < row.size() ? advice(column, row) : "";
    return new CsvFieldException(
        column, invalid.getMessage() + advice, invalid.concealed() + advice);
  }

  private String advice(int column, List<String> row) {
    String text = row.get(column);
    String name = " in column " + NearestName.quote(columns.header().names().get(column));
    if (Labels.isMissing(text)) {
      return name
          + ": a missing value (data.csv.features = numbers with data.normalization = standardize"
          + " replaces it by the column's mean, data.csv.ignore leaves the column out)";
    }
    if (text.matches("[+-]?\\d*,\\d+")) {
      return name + ": a decimal comma? (data.csv.decimal-comma = true reads it)";
    }
    List<String> others = new ArrayList<>();
    for (int other = 0; other < Math.min(row.size(), slots.length); other++) {
      String there = row.get(other);
      boolean number = !Double.isNaN(decimal(there)) || !Float.isNaN(truth(there));
      if (slots[other] >= 0 && !number && !Labels.isMissing(there)) {
        others.add(columns.header().names().get(other));
      }
    }
    return others.isEmpty()
        ? name
        : name
            + " (columns without numbers can be left out: data.csv.ignore = "
            + Json.line(others)
            + ")";
  }

  private List<String> fields(String line) {
    List<String> row = new ArrayList<>();
    new CsvRecords(
            line,
            delimiter,
            (column, buffer, offset, length, quoted) ->
                row.add(text(buffer, offset, length, quoted)))
        .next();
    return row;
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

  static CsvFieldException error(int column, String expected, String text) {
    String shown = text.substring(0, Math.min(text.length(), LONGEST_QUOTE));
    String found = "expected " + expected + ", found ";
    return new CsvFieldException(
        column,
        found
            + "'"
            + shown.replaceAll("[^ -~]", "?")
            + (text.length() > LONGEST_QUOTE ? "...'" : "'"),
        found + kind(text));
  }

  /** What a field holds, without its content. */
  private static String kind(String text) {
    if (text.isEmpty()) {
      return "nothing";
    }
    return Double.isNaN(NumberText.parse(text)) ? "text" : "another number";
  }

  static boolean isSpace(int value) {
    return value == ' ' || value == '\t';
  }
}
