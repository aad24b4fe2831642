package io.centroid.data.documents;

/** Receives documents in pieces: {@link #begin}, then {@link #piece} until {@link #end}. */
public interface DocumentSink {

  /**
   * Begins a document, or the rest of one that another task began.
   *
   * @param place start of the document or of the rest
   * @param head true for the start of the document
   * @return false to skip it: no piece and no end follows
   */
  boolean begin(DocumentPosition place, boolean head);

  /**
   * Receives the next piece of text; an empty document has none.
   *
   * @param offset offset of the piece, or of its line, in the (decoded) file
   */
  void piece(String text, long offset);

  /**
   * Ends the document, or this task's part of it.
   *
   * @param complete true at the end of the document
   */
  void end(boolean complete);

  /**
   * Receives what is between two lines of a file of lines: a line end, also that of an empty line.
   * With it the pieces are the whole text of the file.
   *
   * @param lineEnd LF, CRLF, CR at the end of the file, or empty at the end of the file
   */
  default void lineEnd(String lineEnd) {}
}
