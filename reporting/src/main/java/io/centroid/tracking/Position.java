package io.centroid.tracking;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the order in which a run measures: what follows a rollback is after what it undoes;
 * then by step, and at the same step the round before the evaluations.
 *
 * @param rollbacks number of rollbacks before it
 * @param step number of steps per worker; -1 is before all
 * @param kind what was measured
 */
record Position(int rollbacks, long step, Kind kind) implements Comparable<Position> {
  static final Position START = new Position(0, -1, Kind.ROUND);

  private static final Comparator<Position> ORDER =
      Comparator.comparingInt(Position::rollbacks)
          .thenComparingLong(Position::step)
          .thenComparing(Position::kind);

  private static final Pattern TEXT =
      Pattern.compile(
          "(?<kind>round|validation|test) (?<step>\\d{1,18})"
              + "( after rollback (?<rollbacks>\\d{1,9}))?");

  enum Kind {
    ROUND,
    VALIDATION,
    TEST;

    /** The kind of an evaluation; other parts than the known ones have none. */
    static Optional<Kind> ofPart(String part) {
      return switch (part) {
        case "validation" -> Optional.of(VALIDATION);
        case "test" -> Optional.of(TEST);
        default -> Optional.empty();
      };
    }
  }

  /** The last position of a step. */
  static Position endOf(int rollbacks, long step) {
    return new Position(rollbacks, step, Kind.TEST);
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  /** The position as text, such as {@code round 120} or {@code round 120 after rollback 1}. */
  String text() {
    return kind.name().toLowerCase(Locale.ROOT)
        + " "
        + step
        + (rollbacks == 0 ? "" : " after rollback " + rollbacks);
  }

  /** Parses {@link #text}; {@link #START} if it is something else. */
  static Position parse(String text) {
    Matcher found = TEXT.matcher(text);
    if (!found.matches()) {
      return START;
    }
    String rollbacks = found.group("rollbacks");
    return new Position(
        rollbacks == null ? 0 : Integer.parseInt(rollbacks),
        Long.parseLong(found.group("step")),
        Kind.valueOf(found.group("kind").toUpperCase(Locale.ROOT)));
  }
}
