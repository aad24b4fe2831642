package io.centroid.data.documents;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects the pieces of each document and passes on the edited document. Not thread-safe. */
final class EditedDocuments implements DocumentSink {
  private final DocumentSink target;
  private final DocumentEdits edits;
  private final SafeSplit split;
  private final Map<String, Long> counts;
  private final Supplier<String> path;
  private final StringBuilder document;
  private long offset;

  /**
   * @param document buffer that outlives this sink, since a document may come in several calls
   * @param path current file for messages
   */
  EditedDocuments(
      DocumentSink target,
      DocumentEdits edits,
      SafeSplit split,
      Map<String, Long> counts,
      StringBuilder document,
      Supplier<String> path) {
    this.target = target;
    this.edits = edits;
    this.split = split;
    this.counts = counts;
    this.document = document;
    this.path = path;
  }

  @Override
  public boolean begin(DocumentPosition place, boolean head) {
    document.setLength(0);
    offset = place.offset();
    return target.begin(place, head);
  }

  @Override
  public void piece(String text, long at) {
    DocumentEdits.append(document, text, path.get(), offset);
  }

  @Override
  public void end(boolean complete) {
    Optional<String> kept = edits.edit(document.toString(), counts);
    if (kept.isEmpty()) {
      counts.merge(DocumentEdits.DROPPED, 1L, Long::sum);
    }
    String edited = kept.orElse("");
    document.setLength(0);
    int from = 0;
    while (from < edited.length()) {
      int to = split.pieceEnd(edited, from, Documents.PIECE);
      target.piece(edited.substring(from, to), offset);
      from = to;
    }
    target.end(complete);
  }

  @Override
  public void lineEnd(String lineEnd) {
    target.lineEnd(lineEnd);
  }
}
