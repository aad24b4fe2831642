package io.centroid.data.documents;

/**
 * Takes documents as they are read, a long one in pieces: {@link #begin}, then {@link #piece} until
 * {@link #end}.
 */
public interface DocumentSink {

  /**
   * A document, or the rest of one that another task began.
   *
   * @param head whether this is its beginning
   * @return false to skip it: no piece and no end follows
   */
  boolean begin(Place place, boolean head);

  /**
   * Text that follows what came before; an empty document has none.
   *
   * @param offset where it, or its line, begins in the (decoded) file
   */
  void piece(String text, long offset);

  /**
   * The document, or what this task reads of it, ends.
   *
   * @param complete whether it is the document's end
   */
  void end(boolean complete);
}
