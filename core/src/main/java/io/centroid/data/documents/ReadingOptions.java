package io.centroid.data.documents;

import java.io.Serializable;
import java.nio.charset.Charset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Options for reading text.
 *
 * @param jsonField JSON field with the text of a document; empty if all of the object is the
 *     document
 * @param encoding name of the charset of text without a byte-order mark, as Java has it
 * @param replaceBad true to replace invalid UTF-8 instead of rejecting it
 * @param whole texts that no piece of a document splits, such as special tokens
 * @param edits edits of each document, of a plan of whole documents; null for none
 */
public record ReadingOptions(
    String jsonField,
    String encoding,
    boolean replaceBad,
    List<String> whole,
    @Nullable DocumentEdits edits)
    implements Serializable {

  public ReadingOptions {
    whole = List.copyOf(whole);
  }

  public ReadingOptions(String jsonField, Charset encoding, boolean replaceBad) {
    this(jsonField, encoding.name(), replaceBad, List.of(), null);
  }

  /** The same options, with texts that stay whole. */
  public ReadingOptions keepingWhole(List<String> texts) {
    return new ReadingOptions(jsonField, encoding, replaceBad, texts, edits);
  }

  /** The same options, with edits of each document; the plan must be one of whole documents. */
  public ReadingOptions edited(DocumentEdits documentEdits) {
    return new ReadingOptions(jsonField, encoding, replaceBad, whole, documentEdits);
  }

  Charset charset() {
    return Charset.forName(encoding);
  }
}
