package io.centroid.redact.table;

import io.centroid.error.InputException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What becomes of a column of a table. Empty cells stay empty. */
public sealed interface ColumnRule extends Serializable {

  /** The column is not written. */
  record Drop() implements ColumnRule {}

  /** The column is written as it is. */
  record Keep() implements ColumnRule {}

  /** Personal data in the text of each cell is redacted, as in documents. */
  record Redact() implements ColumnRule {}

  /** Each cell is replaced by a keyed hash: equal cells, in any column and table, stay equal. */
  record Hash() implements ColumnRule {}

  /** A rule that makes a cell less precise. */
  sealed interface Generalize extends ColumnRule {
    /**
     * The less precise value.
     *
     * @throws InputException if the cell is not what the rule expects; the message does not quote
     *     it
     */
    String generalize(String cell);
  }

  /** A number becomes the bin {@code [a, b)} that contains it; bins begin at multiples of width. */
  record Bin(BigDecimal width) implements Generalize {
    /** Longer numbers are not measurements; they would make unbounded arithmetic. */
    private static final int LONGEST = 40;

    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,30}(\\.[0-9]{0,30})?");

    @Override
    public String generalize(String cell) {
      String text = cell.strip();
      if (text.length() > LONGEST || !NUMBER.matcher(text).matches()) {
        throw new InputException("expected a number such as 41 or 41.5");
      }
      BigInteger bin =
          new BigDecimal(text).divide(width, 0, RoundingMode.FLOOR).toBigIntegerExact();
      BigDecimal from = width.multiply(new BigDecimal(bin));
      return "[" + plain(from) + ", " + plain(from.add(width)) + ")";
    }

    private static String plain(BigDecimal value) {
      return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
  }

  /** How much of a date is kept. */
  enum DatePart {
    MONTH,
    YEAR
  }

  /** A date, with or without a time, becomes its month ({@code 1980-05}) or year. */
  record Date(DatePart part) implements Generalize {
    private static final Pattern YEAR_FIRST =
        Pattern.compile(
            "(?<y>[0-9]{4})(?:-|/|\\.|年)(?<m>[0-9]{1,2})(?:-|/|\\.|月)(?<d>[0-9]{1,2})日?([T ].{0,40})?");
    private static final Pattern DAY_FIRST =
        Pattern.compile("(?<d>[0-9]{1,2})\\.(?<m>[0-9]{1,2})\\.(?<y>[0-9]{4})([T ].{0,40})?");

    @Override
    public String generalize(String cell) {
      String text = cell.strip();
      Matcher match = YEAR_FIRST.matcher(text);
      if (!match.matches()) {
        match = DAY_FIRST.matcher(text);
      }
      if (!match.matches()) {
        throw invalid();
      }
      int year = Integer.parseInt(match.group("y"));
      int month = Integer.parseInt(match.group("m"));
      try {
        LocalDate.of(year, month, Integer.parseInt(match.group("d")));
      } catch (DateTimeException e) {
        throw invalid(); // The cause quotes the date.
      }
      return part == DatePart.YEAR
          ? String.format(Locale.ROOT, "%04d", year)
          : String.format(Locale.ROOT, "%04d-%02d", year, month);
    }

    private static InputException invalid() {
      return new InputException("expected a date such as 1980-05-23, 23.05.1980 or 1980年5月23日");
    }
  }

  /** A text, such as a postal code, becomes its first characters, followed by {@code *} if cut. */
  record Prefix(int characters) implements Generalize {
    @Override
    public String generalize(String cell) {
      String text = cell.strip();
      return text.codePointCount(0, text.length()) <= characters
          ? text
          : text.substring(0, text.offsetByCodePoints(0, characters)) + "*";
    }
  }
}
