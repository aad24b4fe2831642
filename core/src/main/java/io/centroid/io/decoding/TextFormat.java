package io.centroid.io.decoding;

import java.util.List;

/** The formats of text files by extension, optionally followed by {@code .gz}. */
public enum TextFormat {
  CSV(".csv"),
  /** CSV with tabs. */
  TSV(".tsv"),
  JSON_LINES(".jsonl", ".ndjson", ".jsonlines");

  private final List<String> extensions;

  TextFormat(String... extensions) {
    this.extensions = List.of(extensions);
  }

  /** Whether a file of this name is a table: CSV with commas, tabs or another delimiter. */
  public static boolean isTable(String name) {
    return CSV.isOf(name) || TSV.isOf(name);
  }

  /** Whether a file of this name has the format. */
  public boolean isOf(String name) {
    return extensions.stream().anyMatch(end -> name.endsWith(end) || name.endsWith(end + ".gz"));
  }

  /** Whether a file of this name has the format and exactly this stem. */
  public boolean isOf(String name, String stem) {
    return extensions.stream()
        .anyMatch(end -> name.equals(stem + end) || name.equals(stem + end + ".gz"));
  }
}
