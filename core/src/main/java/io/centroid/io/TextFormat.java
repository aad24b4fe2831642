package io.centroid.io;

/** The formats of text files by extension, optionally followed by {@code .gz}. */
public enum TextFormat {
  CSV(".csv"),
  JSON_LINES(".jsonl");

  private final String extension;

  TextFormat(String extension) {
    this.extension = extension;
  }

  /** Whether a file of this name has the format. */
  public boolean isOf(String name) {
    return name.endsWith(extension) || name.endsWith(extension + ".gz");
  }

  /** Whether a file of this name has the format and exactly this stem. */
  public boolean isOf(String name, String stem) {
    return name.equals(stem + extension) || name.equals(stem + extension + ".gz");
  }
}
