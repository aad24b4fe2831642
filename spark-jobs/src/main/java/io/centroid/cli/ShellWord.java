package io.centroid.cli;

/** Text quoted as one word of a shell command. */
final class ShellWord {
  private ShellWord() {}

  /** The text unchanged where that is safe, else in single quotes. */
  static String of(String text) {
    return text.matches("[\\w./:=@%+,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
