package io.centroid.data.documents;

import io.centroid.io.Utf8;
import java.io.Closeable;
import java.io.IOException;

/** A reader of the documents of one slice. */
sealed interface Documents extends Closeable permits FileDocument, LineDocuments {

  /** Maximum size of a piece of text in bytes. */
  int PIECE = 4 << 20;

  /** Passes the next document or piece to the sink; false if there is none. */
  boolean next(DocumentSink sink) throws IOException;

  /** Skips a byte-order mark at the start of the file. */
  static void dropMark(ByteWindow window) throws IOException {
    while (window.offset() == 0 && window.size() < 3 && window.more(3)) {
      // up to three bytes
    }
    if (window.offset() == 0 && Utf8.hasMark(window.bytes(), window.from(), window.to())) {
      window.advance(3);
    }
  }

  /** End of the next piece in a full window. */
  static int pieceEnd(ByteWindow window, SafeSplit split) {
    int safe = split.last(window.bytes(), window.from(), window.to());
    return safe >= 0 ? safe : split.lastBorder(window.bytes(), window.from(), window.to());
  }
}
