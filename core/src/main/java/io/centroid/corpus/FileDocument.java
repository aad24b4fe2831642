package io.centroid.corpus;

import java.io.IOException;

/** A file that is one document, or a stretch of it. */
final class FileDocument implements Documents {
  private final TextFile file;
  private final TextSlice slice;
  private final ByteWindow window;
  private final boolean complete;
  private final TextDecoder decoder;
  private boolean done;

  /**
   * @param window from one cut to the next
   * @param complete whether the window reaches the end of the file
   */
  FileDocument(
      TextFile file, TextSlice slice, ByteWindow window, boolean complete, TextDecoder decoder) {
    this.file = file;
    this.slice = slice;
    this.window = window;
    this.complete = complete;
    this.decoder = decoder;
  }

  @Override
  public boolean next(DocumentSink sink) throws IOException {
    if (done) {
      return false;
    }
    done = true;
    Documents.dropMark(window);
    fill();
    if (window.size() == 0) {
      return false;
    }
    if (!sink.begin(new Place(slice.file(), 0), slice.from() == 0)) {
      return true;
    }
    while (window.size() > 0) {
      int end = window.size() < PIECE ? window.to() : Documents.pieceEnd(window);
      sink.piece(
          decoder.decode(file.path(), window.bytes(), window.from(), end, window.offset()),
          window.offset());
      window.advance(end - window.from());
      fill();
    }
    sink.end(complete);
    return true;
  }

  private void fill() throws IOException {
    boolean more = true;
    while (more) {
      more = window.more(PIECE);
    }
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
