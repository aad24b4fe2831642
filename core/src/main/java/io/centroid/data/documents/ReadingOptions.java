package io.centroid.data.documents;

import java.io.Serializable;
import java.util.List;

/**
 * Options for reading text.
 *
 * @param jsonField JSON field with the text of a document
 * @param replaceBad true to replace invalid UTF-8 instead of rejecting it
 * @param whole texts that no piece of a document splits, such as special tokens
 */
public record ReadingOptions(String jsonField, boolean replaceBad, List<String> whole)
    implements Serializable {

  public ReadingOptions {
    whole = List.copyOf(whole);
  }

  public ReadingOptions(String jsonField, boolean replaceBad) {
    this(jsonField, replaceBad, List.of());
  }

  /** The same options, with texts that stay whole. */
  public ReadingOptions keepingWhole(List<String> texts) {
    return new ReadingOptions(jsonField, replaceBad, texts);
  }
}
