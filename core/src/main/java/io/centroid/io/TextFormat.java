package io.centroid.io;

/** The formats of text files by extension, optionally followed by {@code .gz}. */
public enum TextFormat {
  CSV(".csv"),
  /** CSV with tabs. */
  TSV(".tsv"),
  JSON_LINES(".jsonl");

  private final String extension;

  TextFormat(String extension) {
    this.extension = extension;
  }

  /** Whether a file of this name is a table: CSV with commas, tabs or another delimiter. */
  public static boolean isTable(String name) {
    return CSV.isOf(name) || TSV.isOf(name);
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
