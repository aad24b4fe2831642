package io.centroid.data.texts;

import java.io.Serializable;

/**
 * The names of CSV columns or JSON fields.
 *
 * @param text name of the text column
 * @param label name of the class column; empty to ignore labels
 */
public record TextColumns(String text, String label) implements Serializable {

  /** The same without the label column. */
  public TextColumns withoutLabels() {
    return new TextColumns(text, "");
  }
}
