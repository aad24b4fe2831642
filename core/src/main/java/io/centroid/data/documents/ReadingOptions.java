package io.centroid.data.documents;

import java.io.Serializable;
import java.nio.charset.Charset;
import java.util.List;

/**
 * Options for reading text.
 *
 * @param jsonField JSON field with the text of a document
 * @param encoding name of the charset of text without a byte-order mark, as Java has it
 * @param replaceBad true to replace invalid UTF-8 instead of rejecting it
 * @param whole texts that no piece of a document splits, such as special tokens
 */
public record ReadingOptions(
    String jsonField, String encoding, boolean replaceBad, List<String> whole)
    implements Serializable {

  public ReadingOptions {
    whole = List.copyOf(whole);
  }

  public ReadingOptions(String jsonField, Charset encoding, boolean replaceBad) {
    this(jsonField, encoding.name(), replaceBad, List.of());
  }

  /** The same options, with texts that stay whole. */
  public ReadingOptions keepingWhole(List<String> texts) {
    return new ReadingOptions(jsonField, encoding, replaceBad, texts);
  }

  Charset charset() {
    return Charset.forName(encoding);
  }
}
