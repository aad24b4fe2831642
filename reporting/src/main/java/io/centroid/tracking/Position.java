package io.centroid.tracking;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * A place in the order in which a run measures: by step, and at the same step the round before the
 * evaluations.
 *
 * @param kind what was measured
 * @param step number of steps per worker; -1 is before all
 */
record Position(Kind kind, long step) implements Comparable<Position> {
  static final Position START = new Position(Kind.ROUND, -1);

  private static final Comparator<Position> ORDER =
      Comparator.comparingLong(Position::step).thenComparing(Position::kind);

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
  static Position endOf(long step) {
    return new Position(Kind.TEST, step);
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  /** The position as text, such as {@code round 120}. */
  String text() {
    return kind.name().toLowerCase(Locale.ROOT) + " " + step;
  }

  /** Parses {@link #text}; {@link #START} if it is something else. */
  static Position parse(String text) {
    for (Kind kind : Kind.values()) {
      String prefix = kind.name().toLowerCase(Locale.ROOT) + " ";
      if (text.matches(prefix + "\\d{1,18}")) {
        return new Position(kind, Long.parseLong(text.substring(prefix.length())));
      }
    }
    return START;
  }
}
