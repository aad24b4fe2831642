package io.centroid.data.documents;

import java.io.IOException;

/** A reader of a file, or a slice of it, as one document. */
final class FileDocument implements Documents {
  private final TextFile file;
  private final TextSlice slice;
  private final ByteWindow window;
  private final boolean complete;
  private final TextDecoder decoder;
  private final SafeSplit split;
  private boolean begun;
  private boolean done;

  /**
   * @param window bytes between two split points
   * @param complete true if the window reaches the end of the file
   */
  FileDocument(
      TextFile file,
      TextSlice slice,
      ByteWindow window,
      boolean complete,
      TextDecoder decoder,
      SafeSplit split) {
    this.file = file;
    this.slice = slice;
    this.window = window;
    this.complete = complete;
    this.decoder = decoder;
    this.split = split;
  }

  @Override
  public boolean next(DocumentSink sink) throws IOException {
    if (done) {
      return false;
    }
    if (!begun) {
      Documents.dropMark(window);
      fill();
      done =
          window.size() == 0
              || !sink.begin(new DocumentPosition(slice.file(), 0), slice.from() == 0);
      begun = true;
      return !done;
    }
    int end = window.size() < PIECE ? window.to() : Documents.pieceEnd(window, split);
    sink.piece(
        decoder.decode(file.path(), window.bytes(), window.from(), end, window.offset()),
        window.offset());
    window.advance(end - window.from());
    fill();
    if (window.size() == 0) {
      done = true;
      sink.end(complete);
    }
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
