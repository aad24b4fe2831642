package io.centroid.data.csv;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.ClassNames;
import io.centroid.data.SourceSchema.FeatureKind;
import io.centroid.data.csv.CsvFormat.TargetKind;
import io.centroid.io.decoding.TextEncoding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that are parsed from their bytes are as those that the general parser reads. */
class PlainRowTest {
  private static final ClassNames KINDS = new ClassNames(List.of("flat", "house"));

  @Test
  void numbersAreBitwiseThoseOfTheLibrary() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 30_000; i++) {
      String[] fields = {number(random), number(random), number(random)};
      float[] parsed = numbers(String.join(",", fields));
      for (int column = 0; column < fields.length; column++) {
        int bits = Float.floatToRawIntBits((float) Double.parseDouble(fields[column]));
        assertThat(Float.floatToRawIntBits(parsed[column])).as(fields[column]).isEqualTo(bits);
      }
    }
  }

  /** Halfway between two floats, and as near to it as a double can tell, or nearer. */
  @ParameterizedTest
  @CsvSource({
    "16777217, 16777216",
    "16777217.00000000, 16777216",
    "16777217.0000000001, 16777216",
    "16777217.000000001, 16777216",
    "16777217.00000001, 16777218",
    "16777216.999999999, 16777216",
    "16777219.000000000, 16777220",
    "9007199791611904, 9007199254740992",
    "9007199791611905, 9007199254740992",
    "9007199791611906, 9007200328482816",
    "0.00000000000000000001, 1e-20",
    "3.4028235e22, 3.4028235e22",
    "-0, -0",
    "1e-30, 1e-30"
  })
  void halfwayCasesAreRoundedAsTheDouble(String text, float expected) {
    assertThat((float) Double.parseDouble(text)).isEqualTo(expected);
    assertThat(numbers(text + ",0,0")[0]).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "NUMBERS, REAL, false, false",
    "NUMBERS, REAL, true, false",
    "NUMBERS, CLASS, false, true",
    "PIXELS, CLASS, false, false",
    "PIXELS, CLASS, false, true",
    "PIXELS, REAL, false, true"
  })
  void anyRowIsParsedOrRejectedAsByTheGeneralParser(
      FeatureKind features, TargetKind target, boolean decimalComma, boolean isTerminated) {
    SplittableRandom random = new SplittableRandom(11);
    for (ClassNames names : Arrays.asList(null, target == TargetKind.CLASS ? KINDS : null)) {
      for (char delimiter : new char[] {',', ';', '\t'}) {
        CsvDialect dialect = new CsvDialect(delimiter, TextEncoding.UTF_8, decimalComma);
        CsvFormat format = format(features, target, names, dialect);
        CsvRow values =
            new CsvRow(columns(format, isTerminated, "a", "target", "note", "b"), format);
        for (int i = 0; i < 4_000; i++) {
          String row = row(random, delimiter);
          assertThat(outcome(values, row, "\n")).as(row).isEqualTo(outcome(values, row, ""));
        }
      }
    }
  }

  private static String number(SplittableRandom random) {
    double value = (random.nextDouble() - 0.5) * StrictMath.pow(10, random.nextInt(-12, 12));
    return switch (random.nextInt(8)) {
      case 0 -> Double.toString(value);
      case 1 -> Float.toString((float) value);
      case 2 -> String.format(Locale.ROOT, "%." + random.nextInt(12) + "f", value);
      case 3 -> String.format(Locale.ROOT, "%." + random.nextInt(18) + "e", value);
      case 4 -> Long.toString(random.nextLong() >> random.nextInt(64));
      case 5 -> "+" + random.nextInt(1000) + ".";
      case 6 -> "." + random.nextLong(1L << 40);
      // Near to a point halfway between two floats.
      default ->
          Double.toString((Math.abs((float) value) + (double) Math.nextUp((float) value)) / 2);
    };
  }

  private static String row(SplittableRandom random, char delimiter) {
    String[] parts = {
      "0",
      "1",
      "7",
      "255",
      "256",
      "1234567890123456789",
      "1.5",
      "1,5",
      "-3",
      "+4",
      "1e5",
      "1e400",
      "2E-3",
      ".",
      "e1",
      "",
      " ",
      " 8",
      "9 ",
      "\t1",
      "true",
      "No",
      "na",
      "nan",
      "flat",
      "house",
      "\"1\"",
      "\"",
      "\r",
      "\0",
      "x",
      "1-",
      "é"
    };
    StringBuilder row = new StringBuilder();
    int fields = random.nextInt(10) == 0 ? random.nextInt(1, 7) : 4 + random.nextInt(2);
    for (int i = 0; i < fields; i++) {
      row.append(i == 0 ? "" : delimiter);
      int words = random.nextInt(12) == 0 ? 2 : 1;
      for (int word = 0; word < words; word++) {
        row.append(parts[random.nextInt(random.nextInt(3) == 0 ? parts.length : 4)]);
      }
    }
    return row.toString();
  }

  private static CsvColumns columns(CsvFormat format, boolean isTerminated, String... names) {
    char delimiter = format.dialect().delimiter();
    return CsvColumns.of(
        new CsvHeader("x", 1, List.of(names), delimiter, isTerminated, TextEncoding.UTF_8, 0),
        format);
  }

  private static CsvFormat format(
      FeatureKind features, TargetKind target, @Nullable ClassNames names, CsvDialect dialect) {
    return new CsvFormat(
        "target",
        features,
        target,
        0,
        null,
        1,
        dialect,
        List.of(),
        List.of("note"),
        names,
        true,
        features == FeatureKind.NUMBERS);
  }

  private static float[] numbers(String row) {
    CsvFormat format =
        format(
            FeatureKind.NUMBERS,
            TargetKind.REAL,
            null,
            new CsvDialect(',', TextEncoding.UTF_8, false));
    CsvColumns columns = columns(format, false, "a", "b", "c", "note");
    CsvRow values = new CsvRow(columns, format);
    byte[] bytes = (row + ",\n").getBytes(StandardCharsets.US_ASCII);
    assertThat(new PlainRow(values, columns, format).parse(bytes, 0, bytes.length - 1)).isTrue();
    return values.numbers();
  }

  /**
   * Values or message of a row.
   *
   * @param lineEnd what follows the row; without it, the general parser is used
   */
  private static String outcome(CsvRow values, String row, String lineEnd) {
    byte[] bytes = (row + lineEnd).getBytes(StandardCharsets.ISO_8859_1);
    try {
      values.parse(bytes, 0, row.length());
    } catch (CsvFieldException invalid) {
      return invalid.column() + ": " + invalid.getMessage();
    }
    return values.target() + Arrays.toString(values.pixels()) + Arrays.toString(values.numbers());
  }
}
