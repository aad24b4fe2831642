package io.centroid.data.texts;

import java.io.Serializable;

/**
 * Names of a table's columns, or of the fields of JSON objects.
 *
 * @param text with the text
 * @param label with the class; empty: labels are not looked at
 */
public record TextColumns(String text, String label) implements Serializable {

  /** The same, for files whose labels do not matter. */
  public TextColumns withoutLabels() {
    return new TextColumns(text, "");
  }
}
