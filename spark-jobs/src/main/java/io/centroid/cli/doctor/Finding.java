package io.centroid.cli.doctor;

import io.centroid.cli.process.ShellWord;
import io.centroid.error.InputException;
import java.util.List;
import java.util.Optional;

/**
 * Something that a check found.
 *
 * @param severity whether it hurts the run
 * @param found what was found
 * @param why why it matters
 * @param change settings to change, each to be copied; empty if no setting changes it
 */
record Finding(Severity severity, String found, String why, List<String> change) {

  /** A finding stops or hurts a run; a note does not. */
  enum Severity {
    FINDING,
    NOTE
  }

  Finding {
    change = List.copyOf(change);
  }

  /** The option that changes the setting that an error is about. */
  static Optional<String> option(InputException e) {
    return e.setting()
        .map(
            setting ->
                (setting.startsWith("spark.") ? "--conf " : "--set ")
                    + ShellWord.of(setting.contains("=") ? setting : setting + "=VALUE"));
  }

  static Finding of(String found, String why, String... change) {
    return new Finding(Severity.FINDING, found, why, List.of(change));
  }

  static Finding note(String found, String why, String... change) {
    return new Finding(Severity.NOTE, found, why, List.of(change));
  }
}
