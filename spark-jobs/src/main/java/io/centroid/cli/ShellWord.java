package io.centroid.cli;

/** Text as one word of a command that people copy into a shell. */
final class ShellWord {
  private ShellWord() {}

  /** The text as it is where that is safe, else in single quotes. */
  static String of(String text) {
    return text.matches("[\\w./:=@%+,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
