package io.centroid.data.texts;

import io.centroid.data.csv.CsvDialect;
import java.io.Serializable;

/**
 * The names of CSV columns or JSON fields, and how the file is written.
 *
 * @param text name of the text column
 * @param label name of the class column; empty to ignore labels
 * @param dialect delimiter of CSV, and encoding
 */
public record TextColumns(String text, String label, CsvDialect dialect) implements Serializable {

  /** Columns of a file in UTF-8 whose delimiter is detected. */
  public TextColumns(String text, String label) {
    this(text, label, CsvDialect.DEFAULT);
  }

  /** The same without the label column. */
  public TextColumns withoutLabels() {
    return new TextColumns(text, "", dialect);
  }
}
