package io.centroid.data.documents;

import io.centroid.io.Utf8;
import java.io.Closeable;
import java.io.IOException;

/** The documents of one slice, one after the other. */
sealed interface Documents extends Closeable permits FileDocument, LineDocuments {

  /** Most bytes of a piece of text. */
  int PIECE = 4 << 20;

  /** Hands a document, or the next piece of one, to the sink; false if there is none. */
  boolean next(DocumentSink sink) throws IOException;

  /** Drops the byte-order mark that a file may begin with. */
  static void dropMark(ByteWindow window) throws IOException {
    while (window.offset() == 0 && window.size() < 3 && window.more(3)) {
      // up to three bytes
    }
    if (window.offset() == 0 && Utf8.hasMark(window.bytes(), window.from(), window.to())) {
      window.advance(3);
    }
  }

  /** Where the piece of text ends that a full window is cut into. */
  static int pieceEnd(ByteWindow window) {
    int safe = SafeCut.last(window.bytes(), window.from(), window.to());
    return safe >= 0 ? safe : SafeCut.lastBorder(window.bytes(), window.from(), window.to());
  }
}
