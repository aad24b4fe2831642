package io.centroid.cli.process;

/** Text quoted as one word of a shell command. */
public final class ShellWord {
  private ShellWord() {}

  /** The text unchanged where that is safe, else in single quotes. */
  public static String of(String text) {
    return text.matches("[\\w./:=@%+,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
