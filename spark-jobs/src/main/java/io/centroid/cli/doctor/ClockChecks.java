package io.centroid.cli.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks the clocks of the file system and of the Master against this machine's. */
final class ClockChecks {
  /** Difference that confuses readers of times, but nothing else. */
  private static final Duration VISIBLE = Duration.ofSeconds(10);

  /** Difference near that from which Kerberos refuses tickets, five minutes. */
  private static final Duration HARMFUL = Duration.ofMinutes(4);

  private ClockChecks() {}

  /**
   * Compares clocks.
   *
   * @param files by how much the file system's clock is ahead; empty if it could not be written to
   * @param master by how much the Master's clock is ahead; empty without a Master
   */
  static Outcome clocks(Optional<Duration> files, Optional<Duration> master) {
    List<Finding> findings = new ArrayList<>();
    files.ifPresent(ahead -> compare("the file system of run.dir", ahead, findings));
    master.ifPresent(ahead -> compare("the Spark Master", ahead, findings));
    if (files.isEmpty() && master.isEmpty()) {
      return Outcome.skipped("no other clock can be read");
    }
    return Outcome.of(
        files.map(ahead -> "file system " + text(ahead)).orElse("")
            + (files.isPresent() && master.isPresent() ? ", " : "")
            + master.map(ahead -> "Master " + text(ahead)).orElse(""),
        findings);
  }

  private static void compare(String place, Duration ahead, List<Finding> findings) {
    if (ahead.abs().compareTo(VISIBLE) <= 0) {
      return;
    }
    String found =
        "the clock of "
            + place
            + " is "
            + text(ahead).replaceFirst("^[+-]", "")
            + (ahead.isNegative() ? " behind" : " ahead of")
            + " this machine's";
    String change = "sudo chronyc makestep";
    findings.add(
        ahead.abs().compareTo(HARMFUL) > 0
            ? Finding.of(
                found,
                "Kerberos refuses tickets from five minutes on, and retrain.minimum-age is wrong by"
                    + " as much.",
                change)
            : Finding.note(found, "Times in logs and curves do not fit together.", change));
  }

  private static String text(Duration ahead) {
    return (ahead.isNegative() ? "-" : "+") + ahead.abs().toMillis() / 1000.0 + " s";
  }
}
