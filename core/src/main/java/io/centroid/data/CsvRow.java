package io.centroid.data;

import java.nio.charset.StandardCharsets;

/**
 * Parses one line of a CSV file after the other into the same arrays. Fields are numbers, with
 * spaces or plain quotes around them if need be. Not thread-safe.
 */
final class CsvRow {
  private static final int LONGEST_QUOTE = 24;
  private static final int MOST_FAST_DIGITS = 9;

  private final CsvHeader header;
  private final CsvFormat format;
  private final byte[] pixels;
  private final float[] numbers;
  private float target = Float.NaN;
  private int fieldEnd;

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

  /** The last row's target, NaN if the file is unlabelled. */
  float target() {
    return target;
  }

  /** Parses a line without its line end. */
  void parse(byte[] line, int start, int end) throws CsvFault {
    int feature = 0;
    int at = start;
    for (int column = 0; column < header.columns(); column++) {
      if (at > end) {
        throw wrongCount(column, line, start, end);
      }
      if (column == header.target()) {
        target =
            switch (format.targetKind()) {
              case CLASS -> classNumber(column, line, at, end);
              case REAL -> number(column, line, at, end);
            };
      } else if (pixels.length > 0) {
        pixels[feature++] = pixel(column, line, at, end);
      } else {
        numbers[feature++] = number(column, line, at, end);
      }
      at = fieldEnd + 1;
    }
    if (at <= end) {
      throw wrongCount(header.columns(), line, start, end);
    }
  }

  private byte pixel(int column, byte[] line, int at, int end) throws CsvFault {
    int value = integer(column, line, at, end);
    if (value < 0 || value > 255) {
      throw fault(column, "an integer 0..255", line, at, end);
    }
    return (byte) value;
  }

  private float classNumber(int column, byte[] line, int at, int end) throws CsvFault {
    int most = format.classes() > 0 ? format.classes() : CsvFormat.MOST_CLASSES;
    int value = integer(column, line, at, end);
    if (value < 0 || value >= most) {
      throw fault(column, "a class, an integer 0.." + (most - 1), line, at, end);
    }
    return value;
  }

  /** An integer of few digits, or -1. */
  private int integer(int column, byte[] line, int start, int end) throws CsvFault {
    int at = start;
    int value = 0;
    while (at < end) {
      int digit = line[at] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      value = value * 10 + digit;
      at++;
    }
    fieldEnd = at;
    if (at > start && at - start <= MOST_FAST_DIGITS && (at == end || line[at] == ',')) {
      return value;
    }
    double parsed = wrapped(column, line, start, end);
    boolean whole = parsed >= 0 && parsed < 1e9 && parsed == Math.rint(parsed);
    return whole && !hasPointOrExponent(line, start, fieldEnd) ? (int) parsed : -1;
  }

  private float number(int column, byte[] line, int start, int end) throws CsvFault {
    int at = start;
    while (at < end && line[at] != ',') {
      at++;
    }
    fieldEnd = at;
    double value = NumberText.parse(line, start, at);
    if (Double.isNaN(value)) {
      value = wrapped(column, line, start, end);
    }
    float single = (float) value;
    if (!Float.isFinite(single)) {
      throw fault(column, "a finite number", line, start, end);
    }
    return single;
  }

  /** The number inside spaces and quotes, NaN if there is none. */
  private double wrapped(int column, byte[] line, int start, int end) throws CsvFault {
    int from = start;
    while (from < end && isSpace(line[from])) {
      from++;
    }
    boolean quoted = from < end && line[from] == '"';
    int to = quoted ? indexOf((byte) '"', line, from + 1, end) : -1;
    if (quoted && to < 0) {
      throw new CsvFault(column + 1, "a quoted field must end on its line, found no closing quote");
    }
    int comma = indexOf((byte) ',', line, quoted ? to + 1 : from, end);
    fieldEnd = comma < 0 ? end : comma;
    if (!quoted) {
      return NumberText.parse(line, from, withoutSpaces(line, from, fieldEnd));
    }
    boolean nothingAfter = withoutSpaces(line, to + 1, fieldEnd) == to + 1;
    return nothingAfter ? NumberText.parse(line, from + 1, to) : Double.NaN;
  }

  private CsvFault wrongCount(int column, byte[] line, int start, int end) {
    int found = 1;
    for (int i = start; i < end; i++) {
      found += line[i] == ',' ? 1 : 0;
    }
    return new CsvFault(
        column + 1, "the line has " + found + " columns, expected " + header.columns());
  }

  private CsvFault fault(int column, String expected, byte[] line, int start, int end) {
    int to = Math.min(Math.max(fieldEnd, start), end);
    return new CsvFault(column + 1, "expected " + expected + ", found " + quote(line, start, to));
  }

  private static String quote(byte[] line, int from, int to) {
    int shown = Math.min(to, from + LONGEST_QUOTE);
    String text = new String(line, from, shown - from, StandardCharsets.US_ASCII);
    return "'" + text.replaceAll("[^ -~]", "?") + (shown < to ? "...'" : "'");
  }

  private static boolean hasPointOrExponent(byte[] line, int from, int to) {
    for (int i = from; i < to; i++) {
      if (line[i] == '.' || line[i] == 'e' || line[i] == 'E') {
        return true;
      }
    }
    return false;
  }

  private static int withoutSpaces(byte[] line, int from, int to) {
    int end = to;
    while (end > from && isSpace(line[end - 1])) {
      end--;
    }
    return end;
  }

  private static boolean isSpace(byte value) {
    return value == ' ' || value == '\t';
  }

  private static int indexOf(byte wanted, byte[] line, int from, int to) {
    for (int i = from; i < to; i++) {
      if (line[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
